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
    public void E11_A_deletion_waits_while_nobody_has_tried_to_send_a_warning_and_names_its_new_instant()
    {
        tenant.Live("11:40:00");

        tenant.Do(Tenant.At("11:40:52"), step => step.Now, unwarned: true);

        Assert.Empty(tenant.Ordered(OrderKind.Delete));
        Assert.Equal(Tenant.At("11:45:52"), tenant.Standing.DeletionDue);
        Assert.Equal(Tenant.At("11:45:52"), tenant.Notices.Last(notice => notice.Kind == NoticeKind.DeletionNear).DeletionAt);
        tenant.Live("11:50:00");
        Assert.Equal(["a 11:45:52"], tenant.Ordered(OrderKind.Delete));
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
