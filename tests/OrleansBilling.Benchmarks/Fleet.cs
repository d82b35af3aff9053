using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Benchmarks;

/// <summary>A running VM that is charged every quarter of an hour.</summary>
/// <param name="Balance">Whose.</param>
/// <param name="Id">Its id.</param>
/// <param name="Reading">Its reading when it was first Running; with time it extends and nothing else becomes known.</param>
internal sealed record FleetVm(BalanceId Balance, string Id, MeterReading Reading)
{
    public DateTimeOffset DueAt(int round) => Reading.FirstRunning!.Value + (round + 1) * Fleet.Round;

    public MeterReading At(DateTimeOffset instant, Package package) => Reading with { Through = instant, Usage = Reading.UsageAt(instant, package) };
}

/// <summary>Balances with running VMs, whose quarter hours are spread evenly and one balance after the other.</summary>
internal static class Fleet
{
    public const string Package = "1xH100";
    public static readonly TimeSpan Round = TimeSpan.FromMinutes(15);
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Makes them in the ledger by the domain's own steps, in the order in which they are due.</summary>
    public static async Task<IReadOnlyList<FleetVm>> Create(ILedgerStore store, BillingRules rules, int balances, int vmsEach)
    {
        var vms = new List<FleetVm>(balances * vmsEach);
        for (var v = 0; v < vmsEach; v++)
            for (var b = 0; b < balances; b++)
            {
                var running = Start.AddMilliseconds((long)(Round.TotalMilliseconds * vms.Count / (balances * vmsEach)));
                vms.Add(Vm(b, v, running));
            }
        foreach (var some in vms.GroupBy(vm => vm.Balance).Chunk(250))
        {
            var created = some.Select(balance => Created(balance.Key, [.. balance], rules)).ToList();
            await Write(store, created);
            await Write(store, [.. created.Zip(some, (commit, balance) => Running(commit.After, [.. balance], rules))]);
        }
        return vms;
    }

    /// <summary>One balance without a database.</summary>
    public static (List<FleetVm> Vms, BalanceCommit Commit, BillingRules Rules) One(int vms)
    {
        var package = new Domain.Metering.Package(Package, [new PriceVersion(1, HourlyPrice.Parse("2.49"), Start.AddDays(-1))]);
        var rules = new BillingRules(
            new BillingPolicy(), new PriceList(Currency.Usd, System.Collections.Immutable.ImmutableDictionary<string, Domain.Metering.Package>.Empty.Add(Package, package)), [], Revision: 1);
        var fleet = Enumerable.Range(0, vms).Select(v => Vm(0, v, Start.AddMilliseconds(Round.TotalMilliseconds * v / vms))).ToList();
        return (fleet, Running(Created(fleet[0].Balance, fleet, rules).After, fleet, rules), rules);
    }

    private static FleetVm Vm(int balance, int vm, DateTimeOffset running) =>
        new(new BalanceId("vn", $"tenant-{balance:D6}"), $"vm-{vm:D5}", new MeterReading(2, running, Usage.None, VmStatus.Running, running));

    private static async Task Write(ILedgerStore store, IReadOnlyList<BalanceCommit> commits)
    {
        if ((await store.Commit(commits)).Any(result => result != CommitResult.Committed)) throw new InvalidOperationException("The fleet could not be made.");
    }

    private static BalanceCommit Created(BalanceId id, List<FleetVm> vms, BillingRules rules)
    {
        var step = BalanceStep.Begin(Balance.Empty, rules, Start);
        step.TopUp("first", Currency.Usd, Amount.Parse("1000000000"), "benchmark");
        foreach (var vm in vms) step.Create($"create-{vm.Id}", vm.Id, Package, new VmTraits(vm.Id));
        return BalanceCommit.Of(StoredBalance.None(id), "", step.Decide(), rules)!;
    }

    private static BalanceCommit Running(StoredBalance stored, List<FleetVm> vms, BillingRules rules)
    {
        var step = BalanceStep.Begin(stored.Balance, rules, vms[^1].Reading.Through);
        foreach (var vm in vms) step.Report(vm.Id, vm.Reading, new VmTraits(vm.Id));
        step.Advance();
        return BalanceCommit.Of(stored, "", step.Decide(), rules)!;
    }
}
