using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>An order of an earlier exhaustion is void; a cure that is durable before the order wins (policy 4.8; E3, E5).</summary>
public sealed class EpisodesAndVoidOrders
{
    private readonly Tenant tenant = new();
    private readonly Order stop;

    public EpisodesAndVoidOrders()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
        tenant.Live("11:10:52");
        stop = tenant.OrderFor("a", OrderKind.Stop)!;
    }

    [Fact]
    public void E3_The_stop_of_a_cured_exhaustion_is_void()
    {
        tenant.TopUp("11:10:53", "5");

        Assert.Null(tenant.Begin("11:10:54", stop));
        Assert.Empty(tenant.Balance.Orders);
        Assert.Equal(OrderState.Void, tenant.Events.OfType<OrderMoved>().Last().Order.State);
    }

    [Fact]
    public void E3_It_stays_void_in_the_next_exhaustion_which_has_an_order_of_its_own()
    {
        tenant.TopUp("11:10:53", "5");
        tenant.Charge("11:10:54", "5");

        Assert.Null(tenant.Begin("11:10:55", stop));
        var next = tenant.OrderFor("a", OrderKind.Stop)!;
        Assert.Equal(2, next.Episode.Exhaustion);
        Assert.Equal(OrderState.Begun, tenant.Begin("11:10:55", next)!.State);
    }

    [Fact]
    public void Policy_4_7_A_cure_to_exactly_zero_stops_the_clock_but_not_the_stop()
    {
        tenant.TopUp("11:10:52", "0.000022");

        Assert.Null(tenant.Standing.NegativeSince);
        Assert.NotNull(tenant.Begin("11:10:52", stop));
    }

    [Fact]
    public void Policy_4_8_A_stop_that_has_begun_is_finished_whatever_is_paid()
    {
        Assert.Equal(OrderState.Begun, tenant.Begin("11:10:53", stop)!.State);
        Assert.Equal(OrderState.Begun, tenant.Begin("11:10:54", stop)!.State); // the answer was lost: the same again
        tenant.TopUp("11:10:55", "5");
        tenant.Become("11:10:56", "a", VmStatus.Stopping);
        tenant.Become("11:11:00", "a", VmStatus.Stopped);
        Assert.Null(tenant.Begin("11:11:01", stop));
        Assert.Equal(OrderState.Confirmed, tenant.Events.OfType<OrderMoved>().Last().Order.State);
    }

    [Fact]
    public void E3_E5_A_VM_that_asks_again_after_the_cure_has_not_begun_to_stop_and_does_not_any_more()
    {
        tenant.Begin("11:10:53", stop); // and its machine's silo dies before it stores anything
        tenant.TopUp("11:20:00", "5");

        Assert.Null(tenant.Begin("11:20:20", stop));
        Assert.Equal(OrderState.Void, tenant.Events.OfType<OrderMoved>().Last().Order.State);
    }

    [Fact]
    public void Policy_4_8_The_balance_is_looked_at_again_in_the_step_that_begins_an_order()
    {
        // That the VM was in Error all the time becomes known in the same step, before anything else could have voided the order.
        tenant.Histories["a"] = tenant.Histories["a"].With(new StatusChange(Tenant.At("10:05:00"), VmStatus.Error));
        var begun = tenant.Do("11:10:53", step =>
        {
            step.Report("a", tenant.ReadingOf("a", step.Now), new VmTraits("a"));
            return step.BeginOrder(stop.Id);
        });

        Assert.Null(begun);
    }

    [Fact]
    public void Policy_4_8_A_power_off_of_the_tenants_own_begins_no_order()
    {
        tenant.Become("11:10:53", "a", VmStatus.Stopping);
        Assert.Equal(OrderState.Open, tenant.OrderFor("a", OrderKind.Stop)!.State);

        tenant.TopUp("11:10:54", "5");
        tenant.Become("11:10:55", "a", VmStatus.Stopped);

        Assert.Empty(tenant.Balance.Orders);
        Assert.False(tenant.Balance.Vms["a"].StoppedAutomatically);
    }

    [Fact]
    public void E2_A_stop_is_void_when_the_VM_is_deleted()
    {
        tenant.Become("11:10:53", "a", VmStatus.Deleting);

        Assert.Empty(tenant.Balance.Orders);
    }

    [Fact]
    public void Policy_4_8_Each_stretch_below_zero_has_an_identity()
    {
        tenant.Become("11:10:52", "a", VmStatus.Error); // nothing is used any more
        tenant.TopUp("11:11:00", "0.000022");
        tenant.Charge("11:12:00", "1");

        Assert.Equal(new Episode(1, 2), tenant.Standing.Episode);
        Assert.Equal(["belowzero/1.1", "belowzero/1.2"], tenant.Notices.Where(notice => notice.Kind == NoticeKind.BelowZero).Select(notice => notice.Id));
    }

    [Fact]
    public void An_order_that_nobody_knows_is_none() => Assert.Null(tenant.Do("11:10:53", step => step.BeginOrder("stop-999")));

    [Fact]
    public void E9_An_order_is_made_once_however_often_it_is_looked_at()
    {
        for (var second = 53; second < 60; second++) tenant.Advance($"11:10:{second}");
        tenant.Charge("11:11:00", "1");

        Assert.Single(tenant.Ordered(OrderKind.Stop));
        Assert.Equal(OrderState.Open, tenant.OrderFor("a", OrderKind.Stop)!.State);
    }

    [Fact]
    public void Policy_4_2_The_order_to_create_is_kept_until_the_VM_is_there()
    {
        tenant.TopUp("11:11:00", "50");
        tenant.Create("11:11:00", "b");
        var create = tenant.OrderFor("b", OrderKind.Create)!;
        Assert.Equal(OrderState.Begun, tenant.Begin("11:11:01", create)!.State);

        tenant.Become("11:12:00", "b", VmStatus.Running);

        Assert.Null(tenant.OrderFor("b", OrderKind.Create));
    }
}
