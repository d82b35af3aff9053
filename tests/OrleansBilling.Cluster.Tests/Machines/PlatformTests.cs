using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Machines;

/// <summary>A platform that cannot be reached, takes its time, says things twice or fails (F16; policy 4.9; E2, E9, E10).</summary>
public sealed class PlatformTests
{
    private readonly HandPlatform platform = new();

    [Fact]
    public async Task F16_E2_E9_a_stop_that_the_platform_does_not_take_is_repeated_as_the_same_one_until_it_is_confirmed()
    {
        await using var cluster = await Ladder.Begin(platform);
        platform.IsDown = true;
        await cluster.AdvanceTo(Ladder.Exhausted);
        var tries = platform.Tries;
        await cluster.Advance(TimeSpan.FromMinutes(20));
        Assert.InRange(platform.Tries - tries, 20, 100); // at least twice a minute by the VM, and by the balance too
        Assert.Empty(platform.Of(VmRequest.PowerOff, "a"));
        Assert.Equal((VmStatus.Stopping, OrderState.Begun), (await cluster.StatusOf("a"), Assert.Single(cluster.Orders(OrderKind.Stop)).State));

        platform.IsDown = false;
        await cluster.Advance(TimeSpan.FromMinutes(2));
        Assert.True(platform.Of(VmRequest.PowerOff, "a").Count >= 2);
        await platform.Confirm(cluster, VmRequest.PowerOff, "a");
        Assert.Single(platform.Operations(VmRequest.PowerOff, "a"));
        Assert.Equal((VmStatus.Stopped, OrderState.Confirmed), (await cluster.StatusOf("a"), Assert.Single(cluster.Orders(OrderKind.Stop)).State));

        tries = platform.Tries;
        await cluster.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(tries, platform.Tries); // nobody repeats what is confirmed
    }

    [Fact]
    public async Task F16_M4_the_time_until_a_late_confirmation_is_billed_as_it_says()
    {
        await using var cluster = await Ladder.Begin(platform, topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await cluster.Ask("a", VmRequest.PowerOff);
        await cluster.AdvanceTo(Ladder.At("10:13:00"));
        Assert.Equal((VmStatus.Stopping, 300), (await cluster.StatusOf("a"), (await cluster.Billing.FindVm(cluster.Tenant, "a"))!.Seconds));
        await platform.Confirm(cluster, VmRequest.PowerOff, "a", at: Ladder.At("10:06:40")); // stopped by then, told only now
        await cluster.AdvanceTo(Ladder.At("10:15:01"));
        Assert.Equal(["10:15:00 -0.564444 800s"], await cluster.Charges("a")); // 900 s without the 100 s of stopping
    }

    [Fact]
    public async Task F16_E10_a_confirmation_that_comes_again_and_again_says_nothing_new()
    {
        await using var cluster = await Ladder.Begin(platform, topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await cluster.Ask("a", VmRequest.PowerOff);
        await cluster.AdvanceTo(Ladder.At("10:06:00"));
        for (var i = 0; i < 3; i++) await platform.Confirm(cluster, VmRequest.PowerOff, "a", at: Ladder.At("10:06:00"));
        await cluster.AdvanceTo(Ladder.At("10:07:00"));
        await cluster.Ask("a", VmRequest.PowerOn);
        await platform.Confirm(cluster, VmRequest.PowerOn, "a");
        await platform.Confirm(cluster, VmRequest.PowerOff, "a", at: Ladder.At("10:06:00"));

        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));
        Assert.Equal(
            [VmStatus.Creating, VmStatus.Running, VmStatus.Stopping, VmStatus.Stopped, VmStatus.Starting, VmStatus.Running],
            (await cluster.Vm("a").History()).Select(change => change.Status));
    }

    [Fact]
    public async Task F16_P4_9_a_create_that_fails_frees_its_place()
    {
        await using var cluster = await BillingCluster.Start(setup => setup.Services = services => services.AddPlatform(platform));
        await cluster.TopUp("3");
        Assert.Equal(AdmissionResult.Admitted, (await cluster.Create("a")).Result);
        Assert.Equal(AdmissionResult.Refused, (await cluster.Create("b")).Result);
        await platform.Confirm(cluster, VmRequest.Create, "a", VmStatus.Deleted);
        Assert.Equal((VmStatus.Deleted, OrderState.Void), (await cluster.StatusOf("a"), Assert.Single(cluster.Orders(OrderKind.Create)).State));
        Assert.Equal(AdmissionResult.Admitted, (await cluster.Create("b")).Result);
        await platform.Confirm(cluster, VmRequest.Create, "b");
        await cluster.AdvanceTo(Ladder.At("10:15:01"));
        Assert.Empty(await cluster.Charges("a"));
        Assert.Equal(["10:15:00 -0.635000 900s"], await cluster.Charges("b"));
    }

    [Fact]
    public async Task F16_P4_9_the_simulated_platform_that_fails_every_create_frees_every_place()
    {
        await using var cluster = await BillingCluster.Start(setup => setup.Platform = options => options.CreateFails = 1);
        await cluster.TopUp("3");
        foreach (var vm in new[] { "a", "b", "c" })
        {
            Assert.Equal(AdmissionResult.Admitted, (await cluster.Create(vm)).Result);
            await Eventually.Holds(async () => await cluster.StatusOf(vm) == VmStatus.Deleted, "its creation has failed");
        }
    }

    [Fact]
    public async Task F16_P4_9_P3_10_a_deletion_that_takes_twenty_minutes_is_not_recorded_before_it_is_done_and_bills_nothing()
    {
        await using var cluster = await Ladder.Begin(platform);
        await cluster.AdvanceTo(Ladder.Exhausted);
        await platform.Confirm(cluster, VmRequest.PowerOff, "a");
        platform.IsDown = true;
        await cluster.AdvanceTo(Ladder.Deletion.AddMinutes(20));
        Assert.Equal((VmStatus.Deleting, OrderState.Open), (await cluster.StatusOf("a"), Assert.Single(cluster.Orders(OrderKind.Delete)).State));
        platform.IsDown = false;
        await cluster.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(VmStatus.Deleting, await cluster.StatusOf("a"));
        await platform.Confirm(cluster, VmRequest.Delete, "a");

        Assert.Equal((VmStatus.Deleted, OrderState.Confirmed), (await cluster.StatusOf("a"), Assert.Single(cluster.Orders(OrderKind.Delete)).State));
        Assert.Single(platform.Operations(VmRequest.Delete, "a"));
        Assert.Equal("11:40:52 -0.460022 652s", (await cluster.Charges("a"))[^1]);
    }

    [Fact]
    public async Task F16_E9_a_stop_that_is_never_confirmed_is_followed_by_the_deletion_and_ends_with_it()
    {
        await using var cluster = await Ladder.Begin(platform, topUp: "3.1");
        await cluster.Billing.Charge(cluster.Tenant, new Contracts.Balances.ChargeProduct("c", "inference", Domain.Money.Currency.Usd, Domain.Money.Amount.Parse("4"), "x"));
        await cluster.Settle(); // below zero at once: nothing is billed while it is stopping, and the debt stays
        Assert.Equal(VmStatus.Stopping, await cluster.StatusOf("a"));
        await cluster.AdvanceTo(Ladder.At("10:30:00"));
        Assert.Equal(VmStatus.Deleting, await cluster.StatusOf("a"));
        await platform.Confirm(cluster, VmRequest.Delete, "a");
        await platform.Confirm(cluster, VmRequest.PowerOff, "a"); // too late to mean anything (E10)
        Assert.Equal(VmStatus.Deleted, await cluster.StatusOf("a"));
        Assert.Equal([OrderState.Confirmed, OrderState.Void, OrderState.Confirmed], cluster.Orders().Select(order => order.State));
        Assert.Empty(await cluster.Charges("a"));
    }

    [Fact]
    public async Task E10_deleted_is_final()
    {
        await using var cluster = await Ladder.Begin(platform, topUp: "10");
        await cluster.Ask("a", VmRequest.Delete);
        await platform.Confirm(cluster, VmRequest.Delete, "a");
        foreach (var status in Enum.GetValues<VmStatus>()) await cluster.Vm("a").Report(new StatusReport(cluster.Clock.Now, status));
        foreach (var request in Enum.GetValues<VmRequest>().Where(request => request != VmRequest.Create))
            Assert.Equal(VmRequestResult.WrongStatus, (await cluster.Ask("a", request)).Result);
        Assert.Equal(VmStatus.Deleted, await cluster.StatusOf("a"));
        Assert.Equal(VmStatus.Deleted, (await cluster.Vm("a").History())[^1].Status);
    }
}
