using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>The clock below zero and the deletion at its end (policy 4.6–4.9, 3.10; E4, E5, E6).</summary>
public sealed class NegativeClock
{
    private readonly Tenant tenant = new();

    public NegativeClock()
    {
        // Example 5 of the policy: below zero from 11:10:52 on.
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a", locked: true);
        tenant.Live("11:10:52");
    }

    [Fact]
    public void Policy_4_7_Exactly_zero_is_not_negative()
    {
        var exact = new Tenant();
        exact.TopUp("10:00:00", "3");
        exact.Charge("10:00:00", "3");
        Assert.Null(exact.Standing.NegativeSince);

        exact.Charge("10:00:01", "0.000001");
        Assert.Equal(Tenant.At("10:00:01"), exact.Standing.NegativeSince);
    }

    [Fact]
    public void E6_After_30_minutes_below_zero_the_deletion_is_ordered_to_the_second()
    {
        tenant.Live("11:40:51");
        Assert.Empty(tenant.Ordered(OrderKind.Delete));

        tenant.Live("11:40:52");
        Assert.Equal(["a 11:40:52"], tenant.Ordered(OrderKind.Delete));
        Assert.Equal(["11:40:52"], tenant.Told(NoticeKind.Deleted));
    }

    [Fact]
    public void Policy_3_10_The_last_charge_is_posted_with_the_order_and_nothing_is_billed_from_then_on()
    {
        tenant.Live("11:40:52");
        var total = tenant.Balance.Total.ToString();

        tenant.Live("13:00:00");
        tenant.Become("11:40:52", "a", VmStatus.Deleting, heardAt: "13:00:00");
        tenant.Become("13:00:01", "a", VmStatus.Deleted);

        Assert.Equal(("-1.270022", "-1.270022"), (total, tenant.LiveAt("13:00:01")));
        Assert.Empty(tenant.Balance.Orders);
        Assert.Single(tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void Policy_4_8_Deletion_overrides_the_lock_and_says_so()
    {
        tenant.Live("11:40:52");

        Assert.Equal("a (locked)", tenant.Notices.Last(notice => notice.Kind == NoticeKind.Deleted).Vms);
    }

    [Fact]
    public void E5_A_cure_one_instant_before_the_deadline_prevents_the_deletion()
    {
        tenant.TopUp("11:40:51.999", "5");
        tenant.Live("11:50:00");

        Assert.Empty(tenant.Ordered(OrderKind.Delete));
        Assert.Null(tenant.Standing.DeletionDue);
        Assert.Equal("11:40:51.999", Assert.Single(tenant.Told(NoticeKind.Cured)));
    }

    [Fact]
    public void Policy_5_A_payment_at_the_very_deadline_is_too_late()
    {
        tenant.Live("11:36:00");
        tenant.TopUp("11:40:52", "5");

        Assert.Equal(["a 11:40:52"], tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void Policy_4_7_A_top_up_to_exactly_zero_stops_the_clock()
    {
        tenant.Become("11:10:52", "a", VmStatus.Error); // so that nothing is used any more
        tenant.TopUp("11:30:00", "0.000021");
        Assert.Equal(Tenant.At("11:10:52"), tenant.Standing.NegativeSince);

        tenant.TopUp("11:30:00", "0.000001");
        Assert.Null(tenant.Standing.NegativeSince);
    }

    [Fact]
    public void E4_The_clock_starts_from_nothing_the_next_time()
    {
        tenant.TopUp("11:40:00", "1.3"); // 6000 s used: 4.233333; live 0.066667, enough for 95 s
        tenant.Live("12:11:34");
        Assert.Equal(Tenant.At("11:41:35"), tenant.Standing.NegativeSince);
        Assert.Empty(tenant.Ordered(OrderKind.Delete));

        tenant.Live("12:11:35");
        Assert.Equal(["a 12:11:35"], tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void Policy_4_6_Every_VM_is_deleted_whatever_it_is_doing_and_other_orders_are_void()
    {
        var many = new Tenant();
        many.TopUp("10:00:00", "30");
        foreach (var status in new[] { VmStatus.Creating, VmStatus.Running, VmStatus.Stopping, VmStatus.Stopped, VmStatus.Rebooting, VmStatus.Error, VmStatus.Deleting })
        {
            many.Create("10:00:00", $"{status}");
            if (status != VmStatus.Creating) many.Become("10:00:00", $"{status}", status);
        }
        many.Charge("10:00:01", "31");

        many.Live("10:31:00");

        Assert.Equal(
            ["Creating", "Running", "Stopping", "Stopped", "Rebooting", "Error"],
            many.Ordered(OrderKind.Delete).Select(order => order.Split(' ')[0]));
        Assert.All(many.Balance.Orders.Values, order => Assert.Equal(OrderKind.Delete, order.Kind));
    }

    [Fact]
    public void Policy_4_9_A_deletion_is_kept_until_the_platform_confirms_it()
    {
        tenant.Live("11:40:52");
        tenant.TopUp("11:45:00", "100");
        tenant.Become("11:40:52", "a", VmStatus.Deleting, heardAt: "11:50:00");
        Assert.Equal(OrderState.Open, tenant.OrderFor("a", OrderKind.Delete)!.State);

        tenant.Become("11:50:01", "a", VmStatus.Deleted);
        Assert.Null(tenant.OrderFor("a", OrderKind.Delete));
    }

    [Fact]
    public void E10_A_VM_that_is_ordered_to_be_deleted_must_obey_before_anything_else_is_heard_from_it()
    {
        tenant.Live("11:36:00");
        // The reading is of an instant after the deadline, and finds the deadline on its way.
        Assert.Equal(ReadingResult.DeletionOrdered, tenant.Become("11:41:00", "a", VmStatus.Stopped).Result);

        Assert.Equal((VmStatus.Deleting, "-1.270022"), (tenant.Balance.Vms["a"].Status, tenant.Balance.Total.ToString()));
        Assert.Null(tenant.Balance.Vms["a"].NextCharge);
    }

    [Fact]
    public void Policy_4_7_The_clock_runs_without_VMs_too_and_deletes_nothing()
    {
        tenant.Become("11:20:00", "a", VmStatus.Deleted);

        tenant.Live("12:00:00");

        Assert.Equal(StandingLevel.Negative, tenant.Standing.Level);
        Assert.Empty(tenant.Ordered(OrderKind.Delete));
        Assert.Empty(tenant.Told(NoticeKind.Deleted));
        Assert.Null(Projection.NextDue(tenant.Balance, tenant.Rules, withCharges: true));
    }
}
