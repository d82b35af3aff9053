using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Vms;

namespace OrleansBilling.Cluster.Tests.Fencing;

/// <summary>An activation of a VM does not know what another one has recorded: it hears so from the balance (C1).</summary>
public sealed class VmBehindTests
{
    private static readonly string[] tables = ["notice", "metered_vm", "balance"];

    [Fact]
    public async Task E2_C1_a_vm_that_takes_itself_for_stopped_reads_again_that_it_runs_and_obeys_the_stop()
    {
        var platform = new HandPlatform();
        await using var cluster = await Ladder.Begin(platform, topUp: "5");
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await cluster.Ask("a", VmRequest.PowerOff);
        await platform.Confirm(cluster, VmRequest.PowerOff, "a");
        await cluster.AdvanceTo(Ladder.At("10:06:00"));
        await OtherActivation.Records(cluster, "a", cluster.Clock.Now, VmStatus.Running);

        await cluster.Billing.Charge(cluster.Tenant, new ChargeProduct("use", "inference", Currency.Usd, Amount.Parse("6"), "x"));
        var stop = Assert.Single(cluster.Orders(OrderKind.Stop));
        await cluster.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains($"order/stop-{stop.Number}", platform.Operations(VmRequest.PowerOff, "a"));
        await platform.Confirm(cluster, VmRequest.PowerOff, "a");
        Assert.Equal(OrderState.Confirmed, Assert.Single(cluster.Orders(OrderKind.Stop)).State);
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task F22_M4_E2_a_vm_that_remembers_more_than_a_restored_database_reads_again_what_that_has_and_can_be_deleted(bool isAskedFirst)
    {
        var platform = new HandPlatform();
        await using var cluster = await Ladder.Begin(platform, topUp: "5");
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await LoseSomeChanges(cluster, platform);

        if (!isAskedFirst) await cluster.AdvanceTo(Ladder.At("10:17:00")); // the quarter hour, and the repetition of what was not heard
        await cluster.Ask("a", VmRequest.Delete);
        await platform.Confirm(cluster, VmRequest.Delete, "a");
        await cluster.AdvanceTo(Ladder.At("11:00:00"));

        Assert.Equal(VmStatus.Deleted, await cluster.StatusOf("a"));
        Assert.Equal(isAskedFirst ? ["10:05:00 -0.211666 300s"] : ["10:15:00 -0.635000 900s", "10:17:00 -0.084666 120s"], await cluster.Charges("a"));
        var stored = (await cluster.Ledger.Load(cluster.Tenant)).Balance.Vms["a"].Reading;
        Assert.Equal((await StateOf(cluster)).State!.Revision, stored.Revision);
    }

    [Fact]
    public async Task F22_M4_a_balance_that_remembers_more_than_a_restored_database_takes_no_reading_for_outdated_by_that()
    {
        var platform = new HandPlatform();
        await using var cluster = await Ladder.Begin(platform, topUp: "5");
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await LoseSomeChanges(cluster, platform);
        await cluster.Cluster.DeactivateAsync(cluster.Vm("a")); // its silo was started anew

        // Nobody asks the balance anything: that alone would let it notice.
        await cluster.Vm("a").Report(new StatusReport(cluster.Clock.Now, VmStatus.Error));
        await Eventually.Holds(
            async () =>
            {
                cluster.Clock.AdvanceTo(cluster.Clock.Now.AddSeconds(30)); // until the repetition
                Assert.True(cluster.Clock.Now < Ladder.At("10:12:00"), "It is heard no sooner than something else is due to the balance.");
                for (var looked = 0; looked < 20; looked++)
                {
                    if ((await cluster.Ledger.Load(cluster.Tenant)).Balance.Vms["a"].Reading is { Status: VmStatus.Error } reading && reading.Revision == (await StateOf(cluster)).State!.Revision) return true;
                    await Task.Delay(100);
                }
                return false;
            },
            "the balance has heard it");
    }

    private static async Task LoseSomeChanges(BillingCluster cluster, HandPlatform platform)
    {
        var backup = await Backup(cluster);
        for (var times = 0; times < 3; times++)
            foreach (var request in new[] { VmRequest.PowerOff, VmRequest.PowerOn })
            {
                await cluster.Ask("a", request);
                await platform.Confirm(cluster, request, "a");
            }
        await Restore(cluster, backup);
    }

    private static async Task<VmState> Backup(BillingCluster cluster)
    {
        foreach (var table in tables) cluster.Database.Run($"CREATE TABLE kept_{table} AS SELECT * FROM {table}");
        return (await StateOf(cluster)).State!;
    }

    // Nothing was entered since the backup, so that these tables, and the state of the VM, are all of it.
    private static async Task Restore(BillingCluster cluster, VmState backup)
    {
        foreach (var table in tables) cluster.Database.Force($"DELETE FROM {table}");
        foreach (var table in tables.Reverse()) cluster.Database.Force($"INSERT INTO {table} {TestDatabase.WithItsNumber} SELECT * FROM kept_{table}");
        var now = await StateOf(cluster);
        now.State = backup;
        await Storage(cluster).WriteStateAsync(VmGrain.StateName, cluster.Vm("a").GetGrainId(), now);
    }

    private static async Task<GrainState<VmState>> StateOf(BillingCluster cluster)
    {
        var stored = new GrainState<VmState>();
        await Storage(cluster).ReadStateAsync(VmGrain.StateName, cluster.Vm("a").GetGrainId(), stored);
        return stored;
    }

    private static IGrainStorage Storage(BillingCluster cluster) => cluster.Cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(StorageNames.State);
}
