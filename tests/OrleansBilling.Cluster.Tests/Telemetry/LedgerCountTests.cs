using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Cluster.Tests.Telemetry;

/// <summary>How the ledger stands, counted by each database.</summary>
public sealed class LedgerCountTests
{
    [Fact]
    public async Task Tenants_that_run_out_open_orders_deletions_and_findings_are_counted_and_what_is_well_is_not()
    {
        await using var cluster = await Ladder.Begin(setup => setup.Platform = platform => platform.Stop = TimeSpan.FromHours(1));
        var poor = cluster.Tenant;
        cluster.Tenant = new BalanceId("vn", "rich");
        await cluster.TopUp("100");
        cluster.Tenant = poor;
        var ledger = cluster.Service<ILedgerCounts>();
        Assert.Equal(["charges/vn/: 1", "findings//: 0"], await Counts());

        await cluster.AdvanceTo(Ladder.Low.AddSeconds(1));
        Assert.Equal(["charges/vn/: 1", "findings//: 0", "tenants/vn/Low: 1"], await Counts());

        await cluster.AdvanceTo(Ladder.Exhausted.AddSeconds(8)); // on its way to Stopped the VM is not billed
        Assert.Equal(["deletions/vn/: 1 11:10:52", "findings//: 0", "orders//Stop: 1 11:10:52", "tenants/vn/Negative: 1"], await Counts());

        await cluster.Balance.Hold(new PlaceHold("verify-m10-entry-1", HeldActions.Deletion, "M10 does not verify", "verify", cluster.Clock.Now.AddYears(1)));
        Assert.Contains("findings//: 1", await Counts());
        Assert.Equal(1, await ledger.Findings(cluster.Clock.Now));
        await cluster.Balance.Release("verify-m10-entry-1");
        Assert.Equal(0, await ledger.Findings(cluster.Clock.Now));

        async Task<string[]> Counts() =>
        [
            .. (await ledger.Count(cluster.Clock.Now))
                .Select(count => $"{count.What}/{count.Region}/{count.Kind}: {count.Count}" + (count.Oldest == DateTimeOffset.UnixEpoch ? "" : $" {count.Oldest:HH:mm:ss}"))
                .Order(StringComparer.Ordinal),
        ];
    }
}
