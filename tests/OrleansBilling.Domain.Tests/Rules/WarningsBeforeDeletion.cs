using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>No deletion without an earlier warning in the same episode (policy 4.13; E11). Below zero from 11:10:52 on.</summary>
public sealed class WarningsBeforeDeletion
{
    private readonly Tenant tenant = new();

    public WarningsBeforeDeletion()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
    }

    [Fact]
    public void Policy_4_13_Warned_at_zero_and_10_and_5_minutes_before()
    {
        tenant.Live("11:45:00");

        Assert.Equal(["11:10:52"], tenant.Told(NoticeKind.BelowZero));
        Assert.Equal(["11:30:52", "11:35:52"], tenant.Told(NoticeKind.DeletionNear));
        Assert.Equal([10.0, 5.0], tenant.Notices.Where(notice => notice.Kind == NoticeKind.DeletionNear).Select(notice => notice.TimeLeft!.Value.TotalMinutes));
        Assert.Equal(["11:40:52"], tenant.Told(NoticeKind.Deleted));
    }

    [Fact]
    public void Policy_4_13_Every_warning_names_the_exact_deletion_time_and_the_VMs()
    {
        tenant.Live("11:40:00");

        var warnings = tenant.Notices.Where(notice => notice.Kind is NoticeKind.BelowZero or NoticeKind.DeletionNear).ToList();
        Assert.Equal(3, warnings.Count);
        Assert.All(warnings, warning => Assert.Equal((Tenant.At("11:40:52"), "a"), (warning.DeletionAt!.Value, warning.Vms)));
    }

    [Fact]
    public void E11_Each_episode_warns_anew_and_once()
    {
        tenant.Live("11:36:00");
        tenant.TopUp("11:36:00", "1.1"); // live 0.036, enough for less than a minute
        tenant.Live("12:02:00");

        Assert.Equal(["11:10:52", "11:36:52"], tenant.Told(NoticeKind.BelowZero));
        Assert.Equal(["11:30:52", "11:35:52", "11:56:52", "12:01:52"], tenant.Told(NoticeKind.DeletionNear));
        Assert.Equal(tenant.Notices.Count(), tenant.Notices.DistinctBy(notice => notice.Id).Count());
    }

    [Fact]
    public void E11_After_an_outage_at_least_one_warning_comes_before_the_deletion()
    {
        tenant.Advance("20:00:00");
        Assert.Empty(tenant.Ordered(OrderKind.Delete));
        Assert.Equal(Tenant.At("20:05:00"), tenant.Notices.Last(notice => notice.Kind == NoticeKind.DeletionNear).DeletionAt);

        tenant.Live("20:10:00");
        Assert.Equal(["a 20:05:00"], tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void E11_A_deletion_waits_while_nobody_has_tried_to_send_a_warning_and_no_level_is_told_twice()
    {
        tenant.Live("11:40:00");

        for (var due = Tenant.At("11:40:52"); due < Tenant.At("12:10:00"); due = tenant.Standing.DeletionDue!.Value) tenant.Do(due, step => step.Now, unwarned: true);

        Assert.Empty(tenant.Ordered(OrderKind.Delete));
        Assert.Equal(Tenant.At("12:10:52"), tenant.Standing.DeletionDue);
        Assert.Equal(["11:30:52", "11:35:52"], tenant.Told(NoticeKind.DeletionNear));
        tenant.Live("12:15:00");
        Assert.Equal(["a 12:10:52"], tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void E11_Whom_every_level_was_told_hears_none_again_after_an_outage()
    {
        tenant.Live("11:36:00");

        tenant.Advance("15:00:00");
        tenant.Live("16:00:00");

        Assert.Equal(["11:30:52", "11:35:52"], tenant.Told(NoticeKind.DeletionNear));
        Assert.Equal(["a 15:05:00"], tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void E11_A_level_that_an_outage_kept_from_being_told_is_told_after_it()
    {
        tenant.Live("11:31:00"); // the first one has been

        tenant.Advance("15:00:00");
        tenant.Live("16:00:00");

        Assert.Equal(["11:30:52", "15:00:00"], tenant.Told(NoticeKind.DeletionNear));
        Assert.Equal(Tenant.At("15:05:00"), tenant.Notices.Last(notice => notice.Kind == NoticeKind.DeletionNear).DeletionAt);
    }

    [Fact]
    public void P4_11_E11_After_a_hold_the_deletion_is_another_one_and_warned_of_once_more()
    {
        tenant.Live("11:36:00");
        tenant.Do("11:36:00", step => step.Hold(new EnforcementHold("h", HeldActions.Deletion, "a dispute", "op", Tenant.At("11:36:00"), Tenant.At("2026-03-05T12:00:00Z"))));
        tenant.Live("2026-03-05T12:00:00Z");

        tenant.Live("2026-03-05T12:09:00Z");
        for (var due = tenant.Standing.DeletionDue!.Value; due < Tenant.At("2026-03-05T12:20:00Z"); due = tenant.Standing.DeletionDue!.Value) tenant.Do(due, step => step.Now, unwarned: true);

        Assert.Equal(["11:30:52", "11:35:52", "12:00:00", "12:05:00"], tenant.Told(NoticeKind.DeletionNear));
        Assert.Equal(Tenant.At("2026-03-05T12:10:00Z"), tenant.Notices.Last(notice => notice.Kind == NoticeKind.DeletionNear).DeletionAt);
        Assert.Equal(tenant.Notices.Count(), tenant.Notices.DistinctBy(notice => notice.Id).Count());
    }

    [Fact]
    public void Policy_4_13_Warnings_longer_than_the_whole_time_are_given_together_as_one()
    {
        var short5 = new Tenant(new BillingPolicy { DeleteAfter = TimeSpan.FromMinutes(4) });
        short5.TopUp("10:00:00", "3");
        short5.Run("10:00:00", "a");

        short5.Live("11:20:00");

        Assert.Equal(["11:10:52"], short5.Told(NoticeKind.DeletionNear));
        Assert.Equal(["a 11:14:52"], short5.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void Policy_4_7_The_tenant_is_told_of_the_cure()
    {
        tenant.Live("11:20:00");
        tenant.TopUp("11:20:00", "5");

        Assert.Equal(["11:20:00"], tenant.Told(NoticeKind.Cured));
        Assert.Equal("4.613334", tenant.Events.OfType<BecameCured>().Single().Live.ToString());
    }
}
