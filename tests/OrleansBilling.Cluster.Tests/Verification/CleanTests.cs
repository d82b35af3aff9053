using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Verification;

namespace OrleansBilling.Cluster.Tests.Verification;

/// <summary>What the grains write verifies at every moment, whatever is underway.</summary>
public sealed class CleanTests
{
    [Fact]
    public async Task A_balance_that_is_being_written_verifies()
    {
        await using var cluster = await BusyStory.Begin(setup => setup.OnDisk = true);
        using var over = new CancellationTokenSource();
        var looks = 0;
        var looking = Task.Run(async () =>
        {
            for (; !over.IsCancellationRequested; looks++) await Verified(cluster);
        });
        await BusyStory.GoOn(cluster);
        await Eventually.Holds(() => looking.IsCompleted || Volatile.Read(ref looks) > 10, "it has looked ten times");
        await over.CancelAsync();
        await looking;
    }

    [Fact]
    public async Task P3_9_a_change_that_came_late_waits_for_the_charge_that_corrects_it()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.At("10:16:00"));
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:10:00"), VmStatus.Error));
        await Waits(cluster, 1);
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:17:00"), VmStatus.Running));
        await cluster.AdvanceTo(Ladder.At("10:46:00"));
        await Waits(cluster, 0);
    }

    [Fact]
    public async Task P3_10_a_deletion_that_the_VM_has_not_heard_of_ends_its_usage()
    {
        var orders = new LostOrders();
        await using var cluster = await Ladder.Begin(setup => setup.Services = services => services.AddFilter(orders));
        await cluster.AdvanceTo(Ladder.At("11:00:00"));
        orders.Closed = true;
        await cluster.AdvanceTo(Ladder.At("11:50:00"));
        Assert.Equal(VmStatus.Deleting, await cluster.StatusOf("a"));
        await Waits(cluster, 0);
        orders.Closed = false;
        await cluster.AdvanceTo(Ladder.At("11:51:00"));
        Assert.Equal(VmStatus.Deleted, await cluster.StatusOf("a"));
        await Waits(cluster, 0);
    }

    [Fact]
    public async Task A_change_that_the_balance_has_not_heard_waits()
    {
        var platform = new HandPlatform();
        var ledger = new FaultyLedger();
        await using var cluster = await Ladder.Begin(platform, setup => setup.Ledger = ledger.Around);
        await cluster.AdvanceTo(Ladder.At("10:20:00"));
        var held = ledger.HoldNext();
        var report = cluster.Vm("a").Report(new StatusReport(Ladder.At("10:20:00"), VmStatus.Error));
        await held.Arrived;
        await Waits(cluster, 1);
        held.Release();
        await report;
        await cluster.AdvanceTo(Ladder.At("10:21:00"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Everything_is_compared_once_nothing_is_underway_and_what_is_of_no_payment_is_counted(bool onDisk)
    {
        await using var cluster = await BusyStory.Play(setup => setup.OnDisk = onDisk);
        var result = await cluster.Service<LedgerVerification>().Verify(cluster.Tenant);
        Assert.Empty(result.Found);
        Assert.Equal((3, 0), (result.Vms, result.Waiting));
        Assert.Equal((await cluster.Entries()).Length, result.Entries);

        var report = new VerificationReport();
        report.Add(result);
        Assert.Equal(Enumerable.Range(1, 11).Select(number => $"M{number}"), report.Rows().Select(row => row.Split(' ')[0]));
        Assert.EndsWith(", 0 payments; 2 top-ups and refunds are of no payment and not compared", report.Rows().ElementAt(8), StringComparison.Ordinal);
        Assert.All(report.Rows(), row => Assert.Contains(" ok ", row, StringComparison.Ordinal));
    }

    private static async Task Waits(BillingCluster cluster, int vms)
    {
        var result = await cluster.Service<LedgerVerification>().Verify(cluster.Tenant);
        Assert.Empty(result.Found);
        Assert.Equal(vms, result.Waiting);
    }

    internal static async Task Verified(BillingCluster cluster) =>
        Assert.Empty((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);
}
