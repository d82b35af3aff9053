using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Machines;

namespace OrleansBilling.Cluster.Tests.Machines;

/// <summary>Reports that come late, twice or out of order are corrected by the next charge: usage is a function of history (policy 3.9).</summary>
public sealed class StatusReportTests
{
    [Fact]
    public async Task P3_9_a_report_for_an_instant_before_a_posted_charge_is_given_back_with_the_next_one()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:20:00"));
        await cluster.Service<IMachineReports>().Report(cluster.Machine("a"), new StatusReport(Ladder.At("10:05:00"), VmStatus.Error));
        await cluster.AdvanceTo(Ladder.At("10:30:01"));

        Assert.Equal(["10:15:00 -0.635000 900s", "10:30:00 0.423334 -600s"], await cluster.Charges("a"));
        var correction = (await cluster.Entries())[^1];
        Assert.Equal((EntryKind.Correction, Amount.Parse("9.788334")), (correction.Kind, correction.BalanceAfter));
        Assert.Equal(300, (await cluster.Billing.FindVm(cluster.Tenant, "a"))!.Seconds);
    }

    [Fact]
    public async Task P3_9_a_stop_that_was_ten_minutes_ago_is_recorded_there_and_costs_what_it_costs()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:25:00"));
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:14:00"), VmStatus.Stopping));
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:15:00"), VmStatus.Stopped));
        await cluster.AdvanceTo(Ladder.At("10:30:01"));
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
        Assert.Equal(["10:15:00 -0.635000 900s", "10:30:00 -0.592666 840s"], await cluster.Charges("a")); // one minute of stopping is not billed
    }

    [Fact]
    public async Task P3_9_reports_in_any_order_and_each_twice_are_the_same_usage()
    {
        StatusReport[] reports =
        [
            new(Ladder.At("10:02:00"), VmStatus.Error), new(Ladder.At("10:05:00"), VmStatus.Running),
            new(Ladder.At("10:07:00"), VmStatus.Rebooting), new(Ladder.At("10:08:00"), VmStatus.Running),
        ];
        var orders = Permutations(reports).ToList();
        await using var cluster = await BillingCluster.Start();
        await cluster.TopUp("1000");
        foreach (var (_, index) in orders.Select((order, index) => (order, index))) await cluster.Create($"v{index}");
        await cluster.AdvanceTo(Ladder.At("10:10:00"));
        foreach (var (order, index) in orders.Select((order, index) => (order, index)))
            foreach (var report in order)
            {
                await cluster.Vm($"v{index}").Report(report);
                await cluster.Vm($"v{index}").Report(report);
            }
        cluster.Clock.AdvanceTo(Ladder.At("10:15:01"));
        await Eventually.Holds(async () => (await cluster.Billing.ListVms(cluster.Tenant)).All(vm => vm.Charges == 1), "all are charged");

        Assert.All(await cluster.Billing.ListVms(cluster.Tenant), vm => Assert.Equal((VmStatus.Running, 661L), (vm.Status, vm.Seconds)));
        Assert.All((await cluster.Entries()).Where(entry => entry.Vm is not null), entry => Assert.Equal((660L, Ladder.At("10:15:00")), (entry.Vm!.Seconds, entry.At)));
    }

    [Fact]
    public async Task P3_9_a_late_correction_gives_back_to_the_lots_that_paid_and_the_balance_recovers()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.At("11:30:00"));
        Assert.Equal(StandingLevel.Negative, (await cluster.Billing.GetBalance(cluster.Tenant)).Standing);
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:05:00"), VmStatus.Error)); // and Running is not heard of before 11:00
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("11:00:00"), VmStatus.Running));
        await cluster.AdvanceTo(Ladder.At("12:00:01"));

        var vm = (await cluster.Billing.FindVm(cluster.Tenant, "a"))!;
        var history = await cluster.Vm("a").History();
        Assert.Equal(Billed(history, cluster.Clock.Now), vm.Seconds);
        Assert.Equal(65 * 60 + 1, vm.Seconds);
        Assert.Equal((StandingLevel.Low, (DateTimeOffset?)null), await Standing(cluster));
        Assert.Empty(cluster.Orders(OrderKind.Delete));
        var charged = (await cluster.Entries()).Where(entry => entry.Vm is not null).Aggregate(Amount.Zero, (sum, entry) => sum + entry.Change);
        Assert.Equal(-vm.Charged, charged);
    }

    [Fact]
    public async Task P3_9_a_report_from_before_the_vm_was_or_of_no_vm_at_all_changes_nothing()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:10:00"));
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("09:00:00"), VmStatus.Error));
        await cluster.Vm("nobody").Report(new StatusReport(Ladder.At("10:05:00"), VmStatus.Running));
        Assert.Equal([VmStatus.Creating, VmStatus.Running], (await cluster.Vm("a").History()).Select(change => change.Status));
        Assert.Empty(await cluster.Vm("nobody").History());
    }

    private static async Task<(StandingLevel, DateTimeOffset?)> Standing(BillingCluster cluster)
    {
        var balance = await cluster.Billing.GetBalance(cluster.Tenant);
        return (balance.Standing, balance.NegativeSince);
    }

    /// <summary>Whole seconds of Running and Stopped, counted here.</summary>
    private static long Billed(StatusView[] history, DateTimeOffset until) =>
        history.Select((change, i) => change.Status is VmStatus.Running or VmStatus.Stopped ? ((i + 1 < history.Length ? history[i + 1].At : until) - change.At).Ticks : 0).Sum() / TimeSpan.TicksPerSecond;

    private static IEnumerable<T[]> Permutations<T>(T[] items) =>
        items.Length == 0 ? [[]] : items.SelectMany((item, i) => Permutations<T>([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[item, .. rest]));
}
