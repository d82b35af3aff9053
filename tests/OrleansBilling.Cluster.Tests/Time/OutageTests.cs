using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Time;

/// <summary>Nobody was looking when the deletion was due: our own outage never deletes a machine (policy 4.10; E4, E5).</summary>
public sealed class OutageTests
{
    [Theory]
    [InlineData("11:20:00")] // it was known to be below zero
    [InlineData("10:05:00")] // it was found below zero and overdue in one step
    public async Task P4_10_a_leap_over_the_deadline_waits_five_minutes_more_and_then_deletes(string lastLook)
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.At(lastLook));
        cluster.Clock.AdvanceTo(Ladder.At("11:42:00"));
        await cluster.Settle();
        var balance = await cluster.Billing.GetBalance(cluster.Tenant);
        Assert.Equal((Ladder.Exhausted, Ladder.At("11:47:00")), (balance.NegativeSince, balance.DeletionAt));
        Assert.Empty(cluster.Orders(OrderKind.Delete));
        Assert.Equal(Ladder.At("11:47:00"), (await cluster.Notices(NoticeKind.DeletionNear))[^1].DeletionAt); // E11: warned of the new instant

        await cluster.AdvanceTo(Ladder.At("11:46:59"));
        Assert.Empty(cluster.Orders(OrderKind.Delete));
        await cluster.AdvanceTo(Ladder.At("11:47:00"));
        Assert.Equal(Ladder.At("11:47:00"), Assert.Single(cluster.Orders(OrderKind.Delete)).At);
        Assert.Equal(VmStatus.Deleted, await cluster.StatusOf("a"));
        Assert.Equal("11:47:00", (await cluster.Charges("a"))[^1][..8]);
    }

    [Theory]
    [InlineData("11:42:00")]
    [InlineData("11:46:59")]
    public async Task P4_10_E5_a_payment_within_the_grace_saves(string paidAt)
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.At("11:20:00"));
        cluster.Clock.AdvanceTo(Ladder.At("11:42:00"));
        await cluster.Settle();
        await cluster.AdvanceTo(Ladder.At(paidAt));
        await cluster.TopUp("5");
        await cluster.AdvanceTo(Ladder.At("12:30:00"));
        Assert.Empty(cluster.Orders(OrderKind.Delete));
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
        Assert.Null((await cluster.Billing.GetBalance(cluster.Tenant)).DeletionAt);
    }

    [Fact]
    public async Task P4_10_a_payment_that_waited_for_us_through_the_outage_comes_before_the_deletion()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.At("11:20:00"));
        cluster.Clock.AdvanceTo(Ladder.At("14:00:00"));
        await cluster.TopUp("20");
        await cluster.AdvanceTo(Ladder.At("14:30:00"));
        Assert.Empty(cluster.Orders(OrderKind.Delete));
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
    }

    [Fact]
    public async Task P4_10_a_deadline_that_is_found_within_a_minute_is_no_outage()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.At("11:36:00")); // warned of it by then
        cluster.Clock.AdvanceTo(Ladder.Deletion.AddSeconds(60));
        await cluster.Settle();
        Assert.Equal(Ladder.Deletion, Assert.Single(cluster.Orders(OrderKind.Delete)).At);
        Assert.Equal("11:40:52 -0.460022 652s", (await cluster.Charges("a"))[^1]);
    }

    [Fact]
    public async Task C2_E4_a_leap_of_three_hours_from_a_good_balance_deletes_nothing_and_loses_no_second()
    {
        await using var cluster = await Ladder.Begin(topUp: "20");
        cluster.Clock.AdvanceTo(Ladder.At("13:00:01"));
        await cluster.Settle();
        await cluster.Vm("a").Wake();
        Assert.DoesNotContain(cluster.Orders(), order => order.Kind != OrderKind.Create);
        Assert.Equal(12, (await cluster.Charges("a")).Length);
        Assert.Equal(10801, (await cluster.Billing.FindVm(cluster.Tenant, "a"))!.Seconds);
    }
}
