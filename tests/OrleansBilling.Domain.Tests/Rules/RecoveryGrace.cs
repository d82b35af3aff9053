using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>Our own outage never deletes a machine (policy 4.10). The deadline is 11:40:52.</summary>
public sealed class RecoveryGrace
{
    private readonly Tenant tenant = new();

    public RecoveryGrace()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
        tenant.Live("11:36:00"); // warned by then
    }

    [Theory]
    [InlineData("11:40:52")]
    [InlineData("11:41:51.999")]
    [InlineData("11:41:52")]
    public void Policy_4_10_Found_up_to_60_seconds_late_the_deletion_is_ordered(string at)
    {
        tenant.Advance(at);

        Assert.Equal(["a 11:40:52"], tenant.Ordered(OrderKind.Delete));
    }

    [Theory]
    [InlineData("11:41:52.001", "11:46:52.001")]
    [InlineData("15:00:00", "15:05:00")]
    public void Policy_4_10_Found_later_it_waits_five_minutes_from_that_moment(string found, string due)
    {
        tenant.Advance(found);
        Assert.Empty(tenant.Ordered(OrderKind.Delete));
        Assert.Equal(Tenant.At(due), tenant.Standing.DeletionDue);
        Assert.Equal(Tenant.At(due), Projection.NextDue(tenant.Balance, tenant.Rules, withCharges: false));

        tenant.Live(due);
        Assert.Equal([$"a {Tenant.At(due):HH:mm:ss.FFF}"], tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void Policy_4_10_4_13_An_outage_that_ends_just_before_the_deadline_leaves_the_grace_in_which_to_hear_of_it()
    {
        var unaware = new Tenant();
        unaware.TopUp("10:00:00", "3");
        unaware.Run("10:00:00", "a");
        unaware.Live("11:05:00");

        unaware.Advance("11:40:30"); // below zero since 11:10:52, and nobody was looking

        Assert.Equal(Tenant.At("11:45:30"), unaware.Standing.DeletionDue);
        Assert.Equal(Tenant.At("11:45:30"), unaware.Notices.Single(notice => notice.Kind == NoticeKind.BelowZero).DeletionAt);
        unaware.Live("12:00:00");
        Assert.Equal(["a 11:45:30"], unaware.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void E5_A_payment_in_the_grace_cures()
    {
        tenant.Advance("15:00:00");
        tenant.TopUp("15:04:59", "20");

        tenant.Live("16:00:00");

        Assert.Empty(tenant.Ordered(OrderKind.Delete));
        Assert.Null(tenant.Standing.DeletionDue);
    }

    [Fact]
    public void Policy_4_10_A_payment_that_was_queued_is_applied_before_anything_is_deleted()
    {
        // The first step after the outage brings the payment along.
        tenant.TopUp("15:00:00", "20");

        Assert.Empty(tenant.Ordered(OrderKind.Delete));
        Assert.Equal(StandingLevel.Good, tenant.Standing.Level);
    }

    [Fact]
    public void Policy_4_10_A_second_outage_in_the_grace_gets_a_grace_of_its_own()
    {
        tenant.Advance("15:00:00");

        tenant.Advance("15:10:00");

        Assert.Empty(tenant.Ordered(OrderKind.Delete));
        Assert.Equal(Tenant.At("15:15:00"), tenant.Standing.DeletionDue);
    }

    [Fact]
    public void C4_The_usage_of_the_outage_is_billed_exactly_afterwards()
    {
        tenant.Advance("15:00:00"); // five hours since 10:00

        Assert.Equal("-9.700000", tenant.Balance.Total.ToString());
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void E11_Who_was_below_zero_during_the_whole_outage_is_warned_before_the_deletion()
    {
        var unseen = new Tenant();
        unseen.TopUp("10:00:00", "3");
        unseen.Run("10:00:00", "a");

        unseen.Advance("11:41:00"); // 8 s after the deadline, but nobody has been told of anything since 10:00
        Assert.Empty(unseen.Ordered(OrderKind.Delete));
        unseen.Live("11:46:00");

        Assert.Equal(["a 11:46:00"], unseen.Ordered(OrderKind.Delete));
        var warning = unseen.Notices.Last(notice => notice.Kind == NoticeKind.DeletionNear);
        Assert.Equal((Tenant.At("11:41:00"), Tenant.At("11:46:00")), (warning.At, warning.DeletionAt!.Value));
    }

    [Fact]
    public void Policy_4_10_The_numbers_are_settings()
    {
        var hasty = new Tenant(new BillingPolicy { OverdueAfter = TimeSpan.FromSeconds(5), RecoveryGrace = TimeSpan.FromMinutes(1), DeleteAfter = TimeSpan.FromMinutes(2) });
        hasty.TopUp("10:00:00", "3");
        hasty.Run("10:00:00", "a");
        hasty.Live("11:11:00");

        hasty.Advance("11:13:00"); // due at 11:12:52

        Assert.Equal(Tenant.At("11:14:00"), hasty.Standing.DeletionDue);
    }
}
