using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>An operator can hold deletion or stopping for a tenant or a region (policy 4.11).</summary>
public sealed class Holds
{
    private readonly Tenant tenant = new();

    public Holds()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
    }

    [Fact]
    public void Policy_4_11_A_hold_on_stopping_keeps_VMs_running_until_it_ends()
    {
        tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Stopping, "11:30:00")));

        tenant.Live("11:30:00");

        Assert.Equal(["a 11:30:00"], tenant.Ordered(OrderKind.Stop));
    }

    [Fact]
    public void Policy_4_11_A_hold_on_stopping_does_not_hold_deletion()
    {
        tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Stopping, "12:00:00")));

        tenant.Live("11:41:00");

        Assert.Equal(["a 11:40:52"], tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void Policy_4_11_A_stop_that_nobody_has_begun_waits_for_the_end_of_a_hold()
    {
        tenant.Live("11:10:52");
        var stop = tenant.OrderFor("a", OrderKind.Stop)!;
        tenant.Do("11:10:53", step => step.Hold(Hold("h", HeldActions.Stopping, "11:20:00", from: "11:10:53")));

        Assert.Null(tenant.Begin("11:10:54", stop));
        Assert.Equal(OrderState.Open, tenant.OrderFor("a", OrderKind.Stop)!.State);
        Assert.NotNull(tenant.Begin("11:20:00", stop));
    }

    [Fact]
    public void Policy_4_11_A_hold_on_deletion_lets_stops_through_and_the_deletion_waits_a_grace_after_it()
    {
        tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Deletion, "12:00:00")));

        tenant.Live("12:00:00");
        Assert.Equal(["a 11:10:52"], tenant.Ordered(OrderKind.Stop));
        Assert.Empty(tenant.Ordered(OrderKind.Delete));

        tenant.Live("12:30:00");
        Assert.Equal(["a 12:05:00"], tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void Policy_4_11_A_hold_that_ends_before_the_deadline_changes_nothing()
    {
        tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Deletion, "11:40:52")));

        tenant.Live("11:45:00");

        Assert.Equal(["a 11:40:52"], tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void Policy_4_11_A_release_ends_a_hold_at_once()
    {
        tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Stopping, "15:00:00")));
        tenant.Live("11:30:00");
        Assert.Empty(tenant.Ordered(OrderKind.Stop));

        Assert.True(tenant.Do("11:30:00", step => step.Release("h")));

        Assert.Equal(["a 11:30:00"], tenant.Ordered(OrderKind.Stop));
        Assert.False(tenant.Do("11:30:01", step => step.Release("h")));
        Assert.False(tenant.Do("11:30:01", step => step.Release("other")));
    }

    [Fact]
    public void Policy_4_11_A_regions_hold_holds_too()
    {
        tenant.Rules = tenant.Rules with { Holds = [Hold("region", HeldActions.Stopping | HeldActions.Deletion, "12:00:00")] };

        tenant.Live("11:59:59");
        Assert.Empty(tenant.Ordered(OrderKind.Stop).Concat(tenant.Ordered(OrderKind.Delete)));

        tenant.Live("12:00:00");
        Assert.Equal(["a 12:00:00"], tenant.Ordered(OrderKind.Stop));
    }

    [Fact]
    public void Policy_4_11_A_hold_counts_from_its_beginning_on()
    {
        tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Stopping, "15:00:00", from: "11:30:00")));

        tenant.Live("11:20:00");

        Assert.Equal(["a 11:10:52"], tenant.Ordered(OrderKind.Stop));
    }

    [Fact]
    public void Policy_4_11_A_payment_under_a_hold_cures_as_ever()
    {
        tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Deletion, "12:00:00")));
        tenant.Live("11:50:00");

        tenant.TopUp("11:50:00", "20");
        tenant.Live("13:00:00");

        Assert.Empty(tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void The_same_hold_again_changes_nothing()
    {
        tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Stopping, "12:00:00")));
        tenant.Do("10:00:02", step => step.Hold(Hold("h", HeldActions.Deletion, "18:00:00")));

        Assert.Equal(HeldActions.Stopping, Assert.Single(tenant.Balance.Holds).Actions);
    }

    [Fact]
    public void A_hold_has_a_reason_an_action_and_an_end_after_its_beginning()
    {
        Assert.Throws<ArgumentException>(() => tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Stopping, "12:00:00") with { Reason = " " })));
        Assert.Throws<ArgumentException>(() => tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.None, "12:00:00"))));
        Assert.Throws<ArgumentException>(() => tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Stopping, "10:00:00"))));
    }

    private static EnforcementHold Hold(string id, HeldActions actions, string until, string from = "10:00:00") =>
        new(id, actions, "a dispute", "op", Tenant.At(from), Tenant.At(until));
}
