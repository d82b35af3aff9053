using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>Warnings by time left and by the tenant's own threshold: once a crossing, re-armed on recovery (policy 4.3).</summary>
public sealed class RunwayAndOwnThreshold
{
    private readonly Tenant tenant = new(null, Tenant.Sold("p", ("2026-01-01T00:00:00Z", "3.60"))); // 0.001 a second

    [Fact]
    public void Policy_4_3_Warned_at_24_and_6_and_1_hours_and_15_minutes_left()
    {
        tenant.TopUp("2026-03-01T00:00:00Z", "90"); // 25 hours
        tenant.Run("2026-03-01T00:00:00Z", "a", "p");

        tenant.Live("2026-03-02T02:00:00Z");

        // One second after: at exactly 24 hours it is not less than that yet.
        Assert.Equal(["01:00:01", "19:00:01", "00:00:01", "00:45:01"], tenant.Told(NoticeKind.Runway));
        Assert.Equal([86399.0, 21599, 3599, 899], tenant.Notices.Where(notice => notice.Kind == NoticeKind.Runway).Select(notice => notice.TimeLeft!.Value.TotalSeconds));
    }

    [Fact]
    public void Policy_4_3_Several_levels_crossed_at_once_are_one_warning_of_the_last()
    {
        tenant.TopUp("10:00:00", "5");
        tenant.Run("10:00:00", "a", "p");

        var warning = Assert.Single(tenant.Notices, notice => notice.Kind == NoticeKind.Runway);
        Assert.Equal(TimeSpan.FromSeconds(5000), warning.TimeLeft);
        Assert.Equal(2, tenant.Standing.RunwayLevel);
    }

    [Fact]
    public void Policy_4_3_Recovery_arms_them_again()
    {
        tenant.TopUp("10:00:00", "4");
        tenant.Run("10:00:00", "a", "p"); // 1.1 hours: the 6 hour warning
        tenant.Live("10:10:00"); // 1 hour: warned at 10:06:41
        tenant.TopUp("10:10:00", "0.5");
        tenant.Live("10:20:00"); // again at 10:15:01

        Assert.Equal(["10:00:00", "10:06:41", "10:15:01"], tenant.Told(NoticeKind.Runway));
    }

    [Fact]
    public void Policy_4_3_A_second_VM_shortens_the_time_left()
    {
        tenant.TopUp("10:00:00", "30"); // 8.3 hours of one, 4.2 of two
        tenant.Run("10:00:00", "a", "p");
        Assert.Equal(1, tenant.Standing.RunwayLevel);

        tenant.Run("10:00:00", "b", "p");

        Assert.Equal(2, tenant.Standing.RunwayLevel);
        Assert.Equal(TimeSpan.FromSeconds(15000), tenant.Notices.Last().TimeLeft);
    }

    [Fact]
    public void Policy_4_3_The_own_threshold_is_told_once_a_crossing_and_armed_again()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Run("10:00:00", "a", "p");
        tenant.Do("10:00:00", step => step.Watch("watch-1", Amount.Parse("9.5"), ["a@example.org"]));
        tenant.Live("10:20:00"); // below at 501 s
        tenant.TopUp("10:20:00", "1"); // live 9.8
        tenant.Live("10:40:00"); // below again after 301 s

        Assert.Equal(["10:08:21", "10:25:01"], tenant.Told(NoticeKind.OwnThreshold));
        Assert.Equal("9.500000", tenant.Notices.First(notice => notice.Kind == NoticeKind.OwnThreshold).Need.ToString());
    }

    [Fact]
    public void Policy_4_3_A_threshold_above_the_balance_is_told_at_once_and_repeating_it_tells_nothing_new()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Do("10:00:01", step => step.Watch("watch-2", Amount.Parse("20"), []));
        tenant.Do("10:00:02", step => step.Watch("watch-3", Amount.Parse("20"), ["a@example.org"]));
        Assert.Equal(["10:00:01"], tenant.Told(NoticeKind.OwnThreshold));

        tenant.Do("10:00:03", step => step.Watch("watch-4", Amount.Parse("30"), []));
        Assert.Equal(["10:00:01", "10:00:03"], tenant.Told(NoticeKind.OwnThreshold));

        tenant.Do("10:00:04", step => step.Watch("watch-5", null, []));
        Assert.False(tenant.Standing.BelowOwnThreshold);
    }

    [Fact]
    public void Policy_4_3_Another_products_charge_crosses_it_too()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Do("10:00:00", step => step.Watch("watch-6", Amount.Parse("5"), []));

        tenant.Charge("10:05:00", "5.000001");

        Assert.Equal(["10:05:00"], tenant.Told(NoticeKind.OwnThreshold));
    }

    [Fact]
    public void Policy_4_3_At_most_five_recipients()
    {
        tenant.Do("10:00:00", step => step.Watch("watch-7", null, ["1", "2", "3", "4", "5"]));

        Assert.Throws<ArgumentException>(() => tenant.Do("10:00:00", step => step.Watch("watch-8", null, ["1", "2", "3", "4", "5", "6"])));
        Assert.Equal(5, tenant.Balance.Recipients.Length);
    }

    [Theory]
    [InlineData("10", "3.60", 10_000.0)]
    [InlineData("0.000001", "3.60", 0.0)]
    [InlineData("-1", "3.60", 0.0)]
    [InlineData("10", "0", null)]
    [InlineData("9000000000000", "0.000001", null)]
    public void The_runway_is_what_is_left_at_the_burn_rate_in_whole_seconds(string live, string burn, double? seconds) =>
        Assert.Equal(seconds, Runway.Of(Amount.Parse(live), HourlyPrice.Parse(burn))?.TotalSeconds);

    [Fact]
    public void Nothing_is_warned_of_while_nothing_is_used()
    {
        tenant.TopUp("10:00:00", "5");
        tenant.Create("10:00:00", "a", "p");
        tenant.Become("10:00:00", "a", VmStatus.Error);

        tenant.Live("11:00:00");

        Assert.Empty(tenant.Told(NoticeKind.Runway));
    }
}
