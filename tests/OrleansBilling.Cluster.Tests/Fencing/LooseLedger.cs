using System.Collections.Immutable;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Fencing;

/// <summary>A ledger's store without a cluster.</summary>
internal static class LooseLedger
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    public static readonly BillingRules Rules = new(
        new BillingPolicy(),
        new PriceList(Currency.Usd, ImmutableDictionary<string, Package>.Empty.Add("1xH100", new Package("1xH100", [new PriceVersion(1, HourlyPrice.Parse("2.54"), Now.AddDays(-1))]))),
        [], Revision: 0);

    public static BalanceId Tenant(string name) => new("vn", name);

    /// <summary>What a grain that has read the balance in this version would write for the commands, by rules of this revision.</summary>
    public static BalanceCommit Decide(StoredBalance read, Action<BalanceStep> commands, long revision = 0)
    {
        var rules = Rules with { Revision = revision };
        var step = BalanceStep.Begin(read.Balance, rules, Now);
        step.Advance();
        commands(step);
        return BalanceCommit.Of(read, read.Email, step.Decide(), rules)!;
    }
}
