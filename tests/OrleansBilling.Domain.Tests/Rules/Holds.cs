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
    public void Policy_4_11_4_13_A_hold_on_deletion_lets_stops_through_and_the_deletion_has_its_whole_notice_after_it()
    {
        tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Deletion, "12:00:00")));

        tenant.Live("12:00:00");
        Assert.Equal(["a 11:10:52"], tenant.Ordered(OrderKind.Stop));
        Assert.Empty(tenant.Ordered(OrderKind.Delete));

        tenant.Live("12:30:00");
        Assert.Equal(["a 12:10:00"], tenant.Ordered(OrderKind.Delete));
        Assert.Equal(["12:00:00", "12:05:00"], tenant.Told(NoticeKind.DeletionNear));
    }

    [Theory]
    [InlineData("11:30:52", "11:40:52")] // ends early enough for the first warning
    [InlineData("11:30:53", "11:40:53")]
    [InlineData("11:40:51", "11:50:51")]
    [InlineData("11:40:52", "11:50:52")]
    [InlineData("11:41:50", "11:51:50")] // less than a minute after it
    public void Policy_4_11_4_13_E11_After_a_hold_a_deletion_is_never_nearer_than_its_first_warning(string until, string deleted)
    {
        tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Deletion, until)));

        tenant.Live("12:30:00");

        Assert.Equal([$"a {deleted}"], tenant.Ordered(OrderKind.Delete));
        Assert.Equal([10.0, 5.0], tenant.Notices.Where(notice => notice.Kind == NoticeKind.DeletionNear).Select(notice => (notice.DeletionAt!.Value - notice.At).TotalMinutes));
        Assert.All(tenant.Notices.Where(notice => notice.Kind == NoticeKind.DeletionNear), notice => Assert.Equal(Tenant.At(deleted), notice.DeletionAt));
    }

    [Fact]
    public void Policy_4_11_4_13_While_a_deletion_is_held_no_instant_of_it_is_told_but_the_reason_and_until_when()
    {
        tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Deletion, "12:00:00")));
        tenant.Do("10:00:02", step => step.Hold(Hold("longer", HeldActions.Deletion, "13:00:00") with { Reason = "An audit." }));

        tenant.Live("12:59:59");

        var told = Assert.Single(tenant.Notices, notice => notice.Kind is NoticeKind.BelowZero or NoticeKind.DeletionNear);
        Assert.Equal(("11:10:52", null, "a dispute An audit.", "13:00:00"), ($"{told.At:HH:mm:ss}", told.DeletionAt, told.About, $"{told.At + told.TimeLeft:HH:mm:ss}"));
        Assert.Equal(Tenant.At("13:00:00"), Projection.NextDue(tenant.Balance, tenant.Rules, withCharges: false));
    }

    [Fact]
    public void Policy_4_11_4_13_Who_was_told_of_a_deletion_is_told_once_that_it_is_held()
    {
        tenant.Live("11:31:00");
        tenant.Do("11:31:00", step => step.Hold(Hold("h", HeldActions.Deletion, "12:00:00", from: "11:31:00")));
        tenant.Live("11:59:59");

        Assert.Equal(["11:10:52", "11:31:00"], tenant.Told(NoticeKind.BelowZero));
        Assert.Null(tenant.Notices.Last().DeletionAt);
        Assert.Equal(["11:30:52"], tenant.Told(NoticeKind.DeletionNear));

        Assert.True(tenant.Do("11:59:59", step => step.Release("h")));
        tenant.Live("12:30:00");
        Assert.Equal(["11:30:52", "11:59:59", "12:04:59"], tenant.Told(NoticeKind.DeletionNear));
        Assert.Equal(["a 12:09:59"], tenant.Ordered(OrderKind.Delete));
        Assert.Equal(tenant.Notices.Count(), tenant.Notices.DistinctBy(notice => notice.Id).Count());
    }

    [Fact]
    public void Policy_4_10_4_11_E11_A_deletion_after_a_hold_that_nobody_has_announced_is_not_ordered_at_once()
    {
        tenant.Live("11:36:00"); // both warnings of another deletion
        tenant.Do("11:36:00", step => step.Hold(Hold("h", HeldActions.Deletion, "12:00:00", from: "11:36:00")));

        tenant.Advance("12:10:30"); // half a minute after it is due, and nobody was looking since the hold was placed
        Assert.Empty(tenant.Ordered(OrderKind.Delete));
        Assert.Equal(Tenant.At("12:15:30"), tenant.Notices.Last(notice => notice.Kind == NoticeKind.DeletionNear).DeletionAt);

        tenant.Live("12:30:00");
        Assert.Equal(["a 12:15:30"], tenant.Ordered(OrderKind.Delete));
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
    public void Policy_4_11_A_hold_that_is_there_keeps_off_a_deletion_that_was_due_before_it_and_not_ordered_yet()
    {
        tenant.Live("11:40:51");
        tenant.Rules = tenant.Rules with { Holds = [Hold("region", HeldActions.Deletion, "12:00:00", from: "11:41:10")] };

        tenant.Advance("11:41:30"); // nobody could look meanwhile
        Assert.Empty(tenant.Ordered(OrderKind.Delete));

        tenant.Live("12:30:00");
        Assert.Equal(["a 12:10:00"], tenant.Ordered(OrderKind.Delete));
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
    public void M5_Policy_4_11_A_hold_that_was_released_is_not_placed_again_by_its_id()
    {
        tenant.Do("10:00:01", step => step.Hold(Hold("h", HeldActions.Stopping, "12:00:00")));
        tenant.Do("10:00:02", step => step.Release("h"));
        tenant.Do("10:00:03", step => step.Hold(Hold("h", HeldActions.Stopping, "12:00:00")));

        tenant.Live("11:20:00");

        Assert.Equal(Tenant.At("10:00:02"), Assert.Single(tenant.Balance.Holds).Until);
        Assert.Equal(["a 11:10:52"], tenant.Ordered(OrderKind.Stop));
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
