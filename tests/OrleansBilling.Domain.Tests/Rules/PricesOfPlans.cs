using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>A tenant's own prices during a plan: exact at both ends, for whatever the prices decide (policy 3.7, 4.1, 4.5).</summary>
public sealed class PricesOfPlans
{
    private readonly Tenant tenant = new(null, Tenant.Sold("1xH100", ("2026-01-01T00:00:00Z", "2.54"), ("2026-03-02T10:30:00Z", "3.60")), Tenant.Sold("1xL4", ("2026-01-01T00:00:00Z", "0.72")));

    [Fact]
    public void Policy_3_7_Seconds_before_start_and_after_end_have_the_list_price_and_those_between_the_plans()
    {
        tenant.TopUp("10:00:00", "100");
        tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "0.000001", prices: [("1xH100", "1.80")]);
        tenant.Run("10:00:00", "a");
        tenant.Run("10:00:00", "b", "1xL4"); // not priced by the plan
        tenant.Live("11:15:00");

        Assert.Equal(
            [(1, "2.540000", 600L), (-1, "1.800000", 3600L), (2, "3.600000", 300L)], // the list's change at 10:30 came in the plan, and holds after it
            tenant.Balance.Vms["a"].Posted.Usage.Priced.Select(part => (part.Version, $"{part.Price}", part.Seconds)));
        Assert.Equal("0.900000", $"{tenant.Balance.Vms["b"].Posted.Usage.Cost}");
        Assert.Equal("2.523333", $"{tenant.Balance.Vms["a"].Posted.Usage.Cost}"); // (600 × 2.54 + 3600 × 1.80 + 300 × 3.60) ÷ 3600
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void Policy_3_6_A_reading_each_second_comes_to_the_same_as_none()
    {
        var odd = new Tenant(null, Tenant.Sold("1xH100", ("2026-01-01T00:00:00Z", "2.54")));
        foreach (var who in new[] { tenant, odd })
        {
            who.TopUp("10:00:00", "100");
            who.Plan("10:00:00", "march", "10:01:00", "11:01:00", "1", prices: [("1xH100", "1.111111")], renews: true);
            who.Run("10:00:00.3", "a");
        }
        foreach (var second in Enumerable.Range(1, 1200)) odd.Report($"{Tenant.At("10:00:00").AddSeconds(second):HH:mm:ss}", "a");
        tenant.Live("10:20:00");

        Assert.Equal(tenant.Balance.Vms["a"].Posted.Usage, odd.Balance.Vms["a"].Posted.Usage);
        Assert.Equal(tenant.LiveAt("10:20:00"), odd.LiveAt("10:20:00"));
    }

    [Fact]
    public void Policy_3_7_A_meter_that_was_read_by_other_prices_is_not_taken_and_hears_which()
    {
        tenant.TopUp("10:00:00", "100");
        tenant.Run("10:00:00", "a");
        tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "1", prices: [("1xH100", "1.80")]);
        var before = tenant.Balance;

        var outcome = tenant.Do("10:12:00", step => step.Report("a", tenant.ReadingOf("a", step.Now), new VmTraits("a")));
        Assert.Equal((ReadingResult.OtherPrices, tenant.Balance.PlanPrices), (outcome.Result, outcome.Prices!));
        Assert.Equal(before.Vms["a"].Reading, tenant.Balance.Vms["a"].Reading);
        Assert.Equal(ReadingResult.NothingNew, tenant.Report("10:12:00", "a").Result);

        Assert.Equal(PlanResult.Done, tenant.Do("10:13:00", step => step.SwitchPlanRenewal("on", "march", true, "grace")));
        Assert.NotEqual(outcome.Prices, tenant.Balance.PlanPrices); // it has no end any more, as far as anybody knows
    }

    [Fact]
    public void Policy_3_9_Usage_that_becomes_known_when_the_plan_is_over_has_the_prices_of_its_seconds()
    {
        tenant.TopUp("10:00:00", "100");
        tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "1", prices: [("1xL4", "0.36")]);
        tenant.Run("10:00:00", "a", "1xL4");
        tenant.Live("11:30:00");
        tenant.Become("10:40:00", "a", VmStatus.Error, heardAt: "11:30:00");
        tenant.Become("11:00:00", "a", VmStatus.Running, heardAt: "11:30:00");
        tenant.Live("11:45:00");

        var priced = tenant.Balance.Vms["a"].Posted.Usage.Priced.Select(part => (part.Version, part.Seconds)).ToList();
        Assert.Equal([(1, 600L + 2100), (-1, 3600L - 1200)], priced);
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void Policy_4_1_4_2_The_hour_is_estimated_and_burnt_at_the_plans_price()
    {
        tenant.TopUp("10:00:00", "2.5");
        tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "0.000001", prices: [("1xH100", "0.90")]);

        Assert.Equal(AdmissionResult.Refused, tenant.Create("10:09:59.999", "a").Result);
        tenant.Run("10:10:00", "a");
        Assert.Equal(("0.900000", "0.900000"), ($"{tenant.Balance.BurnRateAt(Tenant.At("10:10:00"), tenant.Rules.Prices)}", $"{tenant.Balance.HoursCostAt(Tenant.At("10:10:00"), tenant.Rules)}"));
        tenant.Live("11:10:00");

        Assert.Equal("3.600000", $"{tenant.Balance.BurnRateAt(Tenant.At("11:10:00"), tenant.Rules.Prices)}");
        Assert.Equal(["11:10:00"], tenant.Told(NoticeKind.Low)); // the very instant at which the hour costs more
    }

    [Fact]
    public void Policy_4_5_Exhaustion_is_projected_through_the_end_of_the_plan()
    {
        tenant.TopUp("10:00:00", "1.899999");
        tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "0.000001", prices: [("1xH100", "0.90")]);
        tenant.Live("10:10:00");
        tenant.Run("10:10:00", "a");
        // An hour for 0.90, then at 3.60 an hour 1.000000 lasts for 1000 s.
        Assert.Equal(Tenant.At("11:26:40"), Projection.Exhaustion(tenant.Balance, tenant.Rules));
        tenant.Live("11:30:00");

        Assert.Equal(["a 11:26:40"], tenant.Ordered(OrderKind.Stop));
    }

    [Fact]
    public void Policy_4_5_It_is_projected_through_renewals_as_far_as_anybody_plans()
    {
        var other = new Tenant();
        other.TopUp("10:00:00", "4");
        other.Plan("10:00:00", "monthly", "10:10:00", "11:10:00", "1", prices: [("1xH100", "2")], renews: true);
        other.Run("10:00:00", "a");
        // 0.423333 before it, then each hour costs the tenant one more than the plan brings: 3.576667 last for three of them, and for what the fourth has when its credit is used up.
        Assert.Equal(Tenant.At("13:57:18"), Projection.Exhaustion(other.Balance, other.Rules));
        other.TopUp("10:00:00", "100");
        Assert.Null(Projection.Exhaustion(other.Balance, other.Rules)); // a plan may renew for ever
        other.TakeBack("10:00:00", "100");
        other.Live("14:10:00");
        Assert.Equal(["a 13:57:18"], other.Ordered(OrderKind.Stop));
    }

    [Fact]
    public void Two_plans_never_price_a_package_at_the_same_time()
    {
        Assert.Equal(PlanResult.Done, tenant.Plan("10:00:00", "one", "11:00:00", "12:00:00", "1", prices: [("1xH100", "1")]));
        Assert.Equal(PlanResult.PriceOverlap, tenant.Plan("10:00:00", "within", "11:59:59", "13:00:00", "1", prices: [("1xL4", "1"), ("1xH100", "1")]));
        Assert.Equal(PlanResult.Done, tenant.Plan("10:00:00", "beside", "11:00:00", "12:00:00", "1", prices: [("1xL4", "1")]));
        Assert.Equal(PlanResult.Done, tenant.Plan("10:00:00", "next", "12:00:00", "13:00:00", "1", prices: [("1xH100", "2")]));
        Assert.Equal(PlanResult.PriceOverlap, tenant.Do("10:00:00", step => step.SwitchPlanRenewal("on", "one", true, "grace")));
        Assert.Equal(PlanResult.Done, tenant.Do("10:00:00", step => step.SwitchPlanRenewal("next-on", "next", true, "grace")));
        Assert.Equal(PlanResult.PriceOverlap, tenant.Plan("10:00:00", "far", "23:00:00", "2026-03-03T13:00:00Z", "1", prices: [("1xH100", "1")]));
        Assert.Equal(PlanResult.Done, tenant.Do("10:00:00", step => step.CancelPlan("gone", "next", "grace")));
        Assert.Equal(PlanResult.Done, tenant.Plan("10:00:00", "far", "23:00:00", "2026-03-03T13:00:00Z", "1", prices: [("1xH100", "1")], operation: "again"));
        Assert.Equal([-1, -2, -4], tenant.Balance.PlanPrices.All.Select(price => price.Id)); // what was cancelled keeps its number, -3
    }

    [Theory]
    [InlineData("10:00:59.999", "1xH100", PlanResult.TooLate)]
    [InlineData("10:01:00", "1xH100", PlanResult.Done)]
    [InlineData("10:01:00", "2xH100", PlanResult.UnknownPackage)]
    [InlineData("10:01:00", "soon", PlanResult.UnknownPackage)]
    public void It_begins_a_minute_ahead_and_prices_what_has_a_price(string from, string package, PlanResult expected)
    {
        var other = new Tenant(null, Tenant.H100, Tenant.Sold("soon", ("2026-03-02T10:30:00Z", "1")));
        Assert.Equal(expected, other.Plan("10:00:00", "p", from, "12:00:00", "1", prices: [(package, "1")]));
    }

    [Fact]
    public void Policy_3_7_In_another_currency_the_exchange_rates_hold_for_own_prices_too()
    {
        var dong = new Tenant { Currency = Currency.Vnd };
        dong.Rules = dong.Rules with { Prices = new PriceList(Currency.Usd, dong.Rules.Prices.Packages, [Rate(1, "25000", "09:00:00"), Rate(2, "26000", "10:40:00")]) };
        dong.TopUp("10:00:00", "1000000");
        dong.Plan("10:00:00", "march", "10:10:00", "11:10:00", "100", prices: [("1xH100", "1")]);
        dong.Run("10:00:00", "a");
        dong.Live("11:15:00");

        Assert.Equal([(1, 1, 600L), (-1, 1, 1800L), (-1, 2, 1800L), (1, 2, 300L)], dong.Balance.Vms["a"].Posted.Usage.Priced.Select(part => (part.Version, part.RateVersion, part.Seconds)));
        Assert.Same(dong.Balance.PricesOf(dong.Rules.Prices), dong.Balance.PricesOf(dong.Rules.Prices)); // what was summed up by it still counts
        Assert.Null(Books.Complaint([.. dong.Entries], dong.Balance));

        static RateVersion Rate(int id, string rate, string from) => new(id, Currency.Vnd, ExchangeRate.Parse(rate), Tenant.At(from));
    }
}
