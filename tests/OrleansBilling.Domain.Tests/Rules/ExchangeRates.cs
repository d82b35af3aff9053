using System.Collections.Immutable;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>Prices are listed in dollars, the balance is in đồng: every second at the price and the rate in force in it (policy 3.6, 3.7).</summary>
public sealed class ExchangeRates
{
    private readonly Tenant tenant = InDong(("2026-03-01T17:00:00Z", "25400.5"), ("10:10:00", "25391.123456789012"));

    [Fact]
    public void Policy_3_7_Every_second_has_the_exchange_rate_in_force_in_it_and_the_sum_is_cut_once()
    {
        tenant.TopUp("10:00:00", "1000000");
        tenant.Run("10:00:00", "a");
        tenant.Live("10:15:00");

        // 2.54 × (25400.5 × 600 s + 25391.123456789012 × 300 s) ÷ 3600 s = 16127.332798354… đồng.
        var charge = tenant.Entries.Last();
        Assert.Equal("-16127.332798", charge.Change.ToString());
        Assert.Equal(
            [
                new PricedSeconds(1, HourlyPrice.Parse("2.54"), 600, 1, ExchangeRate.Parse("25400.5")),
                new PricedSeconds(1, HourlyPrice.Parse("2.54"), 300, 2, ExchangeRate.Parse("25391.123456789012")),
            ],
            charge.Vm!.Priced.ToArray());
    }

    [Fact]
    public void Policy_3_6_Price_and_rate_that_change_at_one_instant_change_together()
    {
        var changing = InDong(Tenant.Sold("p", ("2026-01-01T00:00:00Z", "1"), ("10:10:00", "2")), ("2026-01-01T00:00:00Z", "1000"), ("10:10:00", "2000"), ("10:12:00", "3000"));
        changing.TopUp("10:00:00", "100000");
        changing.Run("10:00:00", "a", "p");
        changing.Live("10:15:00");

        Assert.Equal([(1, 1, 600L), (2, 2, 120L), (2, 3, 180L)], changing.Entries.Last().Vm!.Priced.Select(part => (part.Version, part.RateVersion, part.Seconds)));
        Assert.Equal("-600.000000", changing.Entries.Last().Change.ToString()); // (600 × 1000 + 120 × 4000 + 180 × 6000) ÷ 3600
    }

    [Fact]
    public void Policy_3_6_However_it_is_cut_an_hour_at_a_rate_with_many_digits_costs_the_same()
    {
        var odd = InDong(Tenant.Sold("p", ("2026-01-01T00:00:00Z", "0.000007")), ("2026-01-01T00:00:00Z", "0.333333333333"), ("10:20:00.5", "7.000000000001"));
        odd.TopUp("10:00:00", "1");
        odd.Run("10:00:00", "a", "p");
        foreach (var second in Enumerable.Range(1, 3600)) odd.Report(Tenant.At("10:00:00").AddSeconds(second).ToString("HH:mm:ss", null), "a");
        odd.Become("11:00:00", "a", VmStatus.Deleting);

        // 0.000007 × (0.333333333333 × 1200 s + 7.000000000001 × 2400 s) ÷ 3600 s = 0.0000334444…; the second that the change cuts is whole after it.
        Assert.Equal("0.000033", odd.Balance.Vms["a"].Posted.Usage.Cost.ToString());
        Assert.Equal(-33, odd.Entries.Where(entry => entry.Vm is not null).Sum(entry => entry.Change.Micros));
    }

    [Fact]
    public void Policy_3_7_A_charge_of_which_only_the_rate_is_another_than_before_names_that_rate()
    {
        var first = Usage.None.Extend(Tenant.At("10:00:00"), Tenant.At("10:10:00"), tenant.Rules.Prices.In(Currency.Vnd)["1xH100"]);
        var second = new Usage(TimeSpan.FromSeconds(700), [first.Priced[0] with { Seconds = 700, RateVersion = 2, Rate = ExchangeRate.Parse("25000") }]);

        Assert.Equal([(2, 700L), (1, -600L)], second.Since(first).Select(part => (part.RateVersion, part.Seconds)));
    }

    [Fact]
    public void Policy_3_9_A_correction_gives_back_at_the_rate_of_its_seconds()
    {
        tenant.TopUp("10:00:00", "1000000");
        tenant.Run("10:00:00", "a");
        tenant.Live("10:15:00");
        tenant.Become("10:05:00", "a", VmStatus.Error, heardAt: "10:16:00");
        tenant.Live("10:30:00");

        var correction = tenant.Entries.Last();
        Assert.Equal(EntryKind.Correction, correction.Kind);
        Assert.Equal([(1, -300L), (2, -300L)], correction.Vm!.Priced.Select(part => (part.RateVersion, part.Seconds)));
        Assert.Equal("5376.439166", tenant.Balance.Vms["a"].Posted.Usage.Cost.ToString()); // 2.54 × 25400.5 × 300 ÷ 3600 = 5376.4391666…
    }

    [Fact]
    public void Policy_4_2_The_hour_is_estimated_at_the_rate_in_force_and_cut_once()
    {
        tenant.TopUp("10:09:59", "64517.26");

        Assert.Equal(("64517.270000", "64517.260000"), Numbers(tenant.Create("10:09:59", "a"))); // 2.54 × 25400.5
        Assert.Equal(("64493.453580", "64517.260000"), Numbers(tenant.Create("10:10:00", "a"))); // 2.54 × 25391.123456789012 = 64493.4535802…
        Assert.Equal("64493.453580", tenant.Balance.HoursCostAt(Tenant.At("10:10:00"), tenant.Rules).ToString());
        static (string, string) Numbers(Admission admission) => (admission.Need.ToString(), admission.Have.ToString());
    }

    [Fact]
    public void Policy_3_7_Before_its_first_exchange_rate_a_package_is_not_sold_and_an_unknown_one_is_unknown()
    {
        var early = InDong(("10:30:00", "25400"));
        early.TopUp("10:00:00", "1000000");

        Assert.Equal(AdmissionResult.NoPriceInCurrency, early.Create("10:29:59", "a").Result);
        Assert.Equal(AdmissionResult.UnknownPackage, early.Create("10:29:59", "a", "none").Result);
        Assert.Equal(AdmissionResult.Admitted, early.Create("10:30:00", "a").Result);
    }

    [Fact]
    public void Policy_1_4_A_currency_that_is_fixed_in_the_same_step_counts_for_the_price_and_one_that_is_taken_back_does_not()
    {
        var both = InDong(("2026-01-01T00:00:00Z", "25400")).Do("10:00:00", step =>
        {
            Assert.Throws<InvalidOperationException>(() => step.Attempt(draft =>
            {
                draft.TopUp("wrong", Currency.Jpy, Amount.Parse("1"), "card");
                throw new InvalidOperationException();
            }));
            Assert.Equal(AdmissionResult.Refused, step.Create("c", "a", "1xH100", new VmTraits("a")).Result); // by the list: no currency is fixed
            step.TopUp("right", Currency.Vnd, Amount.Parse("100000"), "card");
            return step.Create("c", "a", "1xH100", new VmTraits("a"));
        });

        Assert.Equal((AdmissionResult.Admitted, "64516.000000"), (both.Result, both.Need.ToString()));
    }

    [Fact]
    public void Policy_4_5_The_stop_is_ordered_at_the_instant_of_zero_across_a_change_of_the_rate()
    {
        tenant.TopUp("10:00:00", "64520");
        tenant.Run("10:00:00", "a");
        tenant.Live("12:00:00");

        // After 600 s at 25400.5 each second costs 17.9148482… đồng: 53767.12… are left, enough for 3001 s more and not for the next.
        Assert.Equal(["a 11:00:02"], tenant.Ordered(OrderKind.Stop));
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void Policy_4_3_Burn_rate_and_runway_are_in_the_balances_currency()
    {
        tenant.TopUp("10:00:00", "645172.7");
        tenant.Run("10:00:00", "a");

        var burn = tenant.Balance.BurnRateAt(Tenant.At("10:00:00"), tenant.Rules.Prices);
        Assert.Equal(("64517.270000", TimeSpan.FromHours(10)), (burn.ToString(), Runway.Of(tenant.Balance.TopUp, burn)));
    }

    [Fact]
    public void A_balance_in_the_list_currency_is_decided_by_the_list_itself_and_others_each_by_one_list()
    {
        var prices = tenant.Rules.Prices;

        Assert.Same(prices, prices.In(null));
        Assert.Same(prices, prices.In(Currency.Usd));
        Assert.Same(prices.In(Currency.Vnd), prices.In(Currency.Vnd));
        Assert.Same(tenant.Rules, tenant.Rules.For(Balance.Empty with { Currency = Currency.Usd }));
        Assert.Empty(prices.In(Currency.Jpy)["1xH100"].Versions);
        Assert.Equal(new RateVersion(1, Currency.Vnd, ExchangeRate.Parse("25400.5"), Tenant.At("2026-03-01T17:00:00Z")), prices.RateAt(Currency.Vnd, Tenant.At("10:09:59")));
        Assert.Null(prices.RateAt(Currency.Vnd, Tenant.At("2026-03-01T16:59:59Z")));
    }

    [Fact]
    public void Policy_3_11_A_reading_in_which_only_some_seconds_have_a_rate_is_none() => Assert.Throws<ArgumentException>(() =>
        new Usage(TimeSpan.FromSeconds(2), [new PricedSeconds(1, new HourlyPrice(1), 1), new PricedSeconds(1, new HourlyPrice(1), 1, 1, new ExchangeRate(1))]));

    [Theory]
    [InlineData("25400.5", 25_400_500_000_000_000)]
    [InlineData("0.000000000001", 1)]
    [InlineData("9223372", 9_223_372_000_000_000_000)]
    public void Policy_3_7_A_rate_is_read_and_written_without_rounding(string text, long picos)
    {
        Assert.Equal(picos, ExchangeRate.Parse(text).Picos);
        Assert.Equal(text, new ExchangeRate(picos).ToString());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("0.0000000000001")]
    [InlineData("9223373")]
    [InlineData("1e3")]
    [InlineData("")]
    [InlineData("ten")]
    public void What_is_no_rate_is_refused(string text) => Assert.Throws<FormatException>(() => ExchangeRate.Parse(text));

    private static Tenant InDong(params (string From, string Rate)[] rates) => InDong(Tenant.H100, rates);

    private static Tenant InDong(Package package, params (string From, string Rate)[] rates)
    {
        var prices = new PriceList(
            Currency.Usd, ImmutableDictionary<string, Package>.Empty.Add(package.Code, package),
            rates.Select((rate, i) => new RateVersion(i + 1, Currency.Vnd, ExchangeRate.Parse(rate.Rate), Tenant.At(rate.From))));
        return new Tenant { Currency = Currency.Vnd, Rules = new BillingRules(new BillingPolicy(), prices, [], Revision: 1) };
    }
}
