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
        // That the VM was in Error for a while becomes known in the same step, before anything else could have voided the order.
        tenant.Histories["a"] = tenant.Histories["a"].With(new StatusChange(Tenant.At("10:05:00"), VmStatus.Error)).With(new StatusChange(Tenant.At("10:30:00"), VmStatus.Running));
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
    public void E2_A_stop_that_nobody_has_begun_is_void_when_the_VM_has_failed()
    {
        tenant.Become("11:10:53", "a", VmStatus.Error); // there is nothing to stop, and nothing is billed (policy 3.2)

        Assert.Equal(stop with { State = OrderState.Void }, tenant.Events.OfType<OrderMoved>().Last().Order);
        Assert.Empty(tenant.Balance.Orders);
        Assert.Null(tenant.Begin("11:10:54", stop));
        Assert.Equal(["a 11:10:52"], tenant.Ordered(OrderKind.Stop)); // and none is made while it stays so
    }

    [Fact]
    public void Policy_4_5_A_VM_that_had_failed_and_runs_again_at_or_below_zero_is_ordered_to_stop_anew()
    {
        tenant.Become("11:10:53", "a", VmStatus.Error);
        tenant.Become("11:20:00", "a", VmStatus.Running);

        Assert.Equal(["a 11:10:52", "a 11:20:00"], tenant.Ordered(OrderKind.Stop));
        Assert.Null(tenant.Begin("11:20:01", stop));
        Assert.Equal(OrderState.Begun, tenant.Begin("11:20:01", tenant.OrderFor("a", OrderKind.Stop)!)!.State);
    }

    [Fact]
    public void Policy_4_5_A_VM_that_failed_on_its_way_is_not_waited_for_and_is_ordered_to_stop_when_it_runs()
    {
        tenant.TopUp("11:10:53", "50");
        tenant.Create("11:10:53", "b");
        tenant.Charge("11:10:54", "60");
        Assert.NotNull(tenant.OrderFor("b", OrderKind.Stop));

        tenant.Become("11:11:00", "b", VmStatus.Error);
        Assert.DoesNotContain(tenant.Balance.Orders.Values, order => order.Vm == "b");

        tenant.Become("11:12:00", "b", VmStatus.Running);
        Assert.Equal(["b 11:10:54", "b 11:12:00"], tenant.Ordered(OrderKind.Stop).Where(ordered => ordered.StartsWith('b')));
    }

    [Fact]
    public void Policy_3_2_4_8_A_VM_that_had_failed_and_runs_again_after_the_cure_runs_on()
    {
        tenant.Become("11:10:53", "a", VmStatus.Error);
        tenant.TopUp("11:15:00", "5");
        tenant.Become("11:20:00", "a", VmStatus.Running);

        Assert.Equal(["a 11:10:52"], tenant.Ordered(OrderKind.Stop));
        Assert.Empty(tenant.Balance.Orders);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void E2_A_resume_is_void_when_the_VM_has_failed_and_is_ordered_anew_when_it_is_found_stopped(bool begun)
    {
        tenant.Do("11:10:53", step => step.Report("a", tenant.ReadingOf("a", step.Now), new VmTraits("a", AutoResume: true)));
        tenant.Begin("11:10:53", stop);
        tenant.Become("11:10:54", "a", VmStatus.Stopping);
        tenant.Become("11:11:00", "a", VmStatus.Stopped);
        tenant.TopUp("11:15:00", "5");
        var resume = tenant.OrderFor("a", OrderKind.Resume)!;
        if (begun) tenant.Begin("11:15:01", resume);

        tenant.Become("11:15:02", "a", VmStatus.Error);
        Assert.Empty(tenant.Balance.Orders);
        Assert.Null(tenant.Begin("11:15:03", resume));

        tenant.Become("11:20:00", "a", VmStatus.Stopped);
        Assert.Equal(["a 11:15:00", "a 11:20:00"], tenant.Ordered(OrderKind.Resume));
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
