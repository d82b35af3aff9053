using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>A balance has one currency, fixed by its first money event (policy 1.4; M11).</summary>
public sealed class CurrencyOfABalance
{
    private readonly Tenant tenant = new();
    private readonly Amount one = Amount.Parse("1");

    [Fact]
    public void Policy_1_4_A_balance_has_none_before_its_first_money_event() => Assert.Null(tenant.Balance.Currency);

    [Theory]
    [InlineData(Currency.Usd)]
    [InlineData(Currency.Vnd)]
    [InlineData(Currency.Jpy)]
    public void Policy_1_4_The_first_money_event_fixes_it_and_any_other_is_refused(Currency currency)
    {
        tenant.Do("10:00:00", step => step.TopUp("first", currency, one, "card"));

        foreach (var other in Enum.GetValues<Currency>().Where(other => other != currency))
        {
            Assert.Equal(PostingResult.OtherCurrency, tenant.Do("10:00:01", step => step.TopUp($"t{other}", other, one, "card")).Result);
            Assert.Equal(PostingResult.OtherCurrency, tenant.Do("10:00:01", step => step.Charge($"c{other}", new ProductCode("inference"), other, one, "use")).Result);
            Assert.Equal(PostingResult.OtherCurrency, tenant.Do("10:00:01", step =>
                step.Grant($"g{other}", $"l{other}", CreditKind.Voucher, Scope.AllProducts, other, one, null, null, "gift")).Result);
        }
        Assert.Equal((currency, one), (tenant.Balance.Currency!.Value, tenant.Balance.Total));
        Assert.Single(tenant.Entries);
    }

    [Fact]
    public void Policy_1_4_It_may_be_chosen_before_there_is_money_and_is_fixed_by_that()
    {
        DongFrom("10:00:00");
        Assert.Equal(CurrencyResult.Chosen, Choose("10:00:00", Currency.Vnd));
        Assert.Equal(CurrencyResult.Chosen, Choose("10:00:01", Currency.Vnd));
        Assert.Equal(CurrencyResult.OtherCurrency, Choose("10:00:02", Currency.Usd));

        Assert.Equal(Currency.Vnd, tenant.Balance.Currency);
        Assert.Equal(PostingResult.OtherCurrency, tenant.Do("10:00:03", step => step.TopUp("first", Currency.Usd, one, "card")).Result);
        Assert.Empty(tenant.Entries);
    }

    [Fact]
    public void Policy_1_4_3_7_One_without_an_exchange_rate_in_force_cannot_be_chosen()
    {
        DongFrom("10:30:00");

        Assert.Equal(CurrencyResult.NoRate, Choose("10:29:59", Currency.Vnd));
        Assert.Equal(CurrencyResult.NoRate, Choose("10:30:00", Currency.Jpy));
        Assert.Null(tenant.Balance.Currency);
        Assert.Equal(CurrencyResult.Chosen, Choose("10:30:00", Currency.Vnd));
    }

    [Fact]
    public void Policy_1_4_The_list_currency_needs_no_rate_and_one_that_money_has_fixed_may_be_chosen_as_ever()
    {
        Assert.Equal(CurrencyResult.Chosen, Choose("10:00:00", Currency.Usd));

        var fixedOne = new Tenant { Currency = Currency.Vnd };
        fixedOne.TopUp("10:00:00", "1");
        Assert.Equal(CurrencyResult.Chosen, fixedOne.Do("10:00:01", step => step.ChooseCurrency(Currency.Vnd)));
    }

    /// <summary>Whatever fixes or reserves a currency, but what a gateway has received.</summary>
    public static TheoryData<string> Ways => ["grant", "grant to come", "voucher", "charge", "credit", "debit", "credit of a lot", "plan"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Policy_1_4_3_7_M11_No_way_but_received_money_fixes_one_without_an_exchange_rate_in_force(string way)
    {
        DongFrom("10:30:00");

        Assert.Equal("NoRate", tenant.Do("10:29:59", step => Take(step, way, Currency.Vnd)));
        Assert.Equal("NoRate", tenant.Do("10:30:00", step => Take(step, way, Currency.Jpy)));
        Assert.Null(tenant.Balance.Currency);
        Assert.Empty(tenant.Balance.Lots);
        Assert.Empty(tenant.Balance.Plans);
        Assert.Empty(tenant.Entries);
        Assert.Empty(tenant.Notices);

        // The same command again, now that there is a rate.
        Assert.Matches("^(Posted|Pending|Done)$", tenant.Do("10:30:00", step => Take(step, way, Currency.Vnd)));
        Assert.Equal(Currency.Vnd, tenant.Balance.Currency);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Policy_1_4_A_balance_that_has_its_currency_goes_on_without_a_rate(string way)
    {
        tenant.Do("10:00:00", step => step.TopUp("first", Currency.Jpy, one, "stripe")); // the money is there

        Assert.Matches("^(Posted|Pending|Done)$", tenant.Do("10:00:01", step => Take(step, way, Currency.Jpy)));
        Assert.Equal("OtherCurrency", tenant.Do("10:00:02", step => Take(step, way, Currency.Vnd, "other")));
    }

    [Fact]
    public void Policy_1_4_What_a_gateway_has_received_and_given_back_is_taken_in_any_currency()
    {
        Assert.Equal(PostingResult.Posted, tenant.Do("10:00:00", step => step.TopUp("first", Currency.Jpy, one, "stripe")).Result);
        Assert.Equal(Currency.Jpy, tenant.Balance.Currency);

        var refundFirst = new Tenant();
        Assert.Equal(PostingResult.Posted, refundFirst.Do("10:00:00", step => step.TakeBack("first", Currency.Jpy, one, "stripe")).Result);
        Assert.Equal(Currency.Jpy, refundFirst.Balance.Currency);
    }

    [Fact]
    public void Policy_1_4_M11_What_fixes_it_is_heeded_by_what_is_decided_in_the_same_step()
    {
        var admission = tenant.Do("10:00:00", step =>
        {
            step.TopUp("first", Currency.Vnd, Amount.Parse("2000000"), "card");
            return step.Create("create", "a", "1xH100", new VmTraits("a"));
        });

        Assert.Equal(AdmissionResult.NoPriceInCurrency, admission.Result);
        Assert.Equal(Currency.Vnd, tenant.Balance.Currency);
    }

    [Fact]
    public void Policy_1_4_M11_What_an_adjustment_fixes_is_heeded_by_what_is_decided_in_the_same_step()
    {
        DongFrom("10:00:00");
        var admission = tenant.Do("10:00:00", step =>
        {
            step.Adjust("right", new Adjustment(Currency.Vnd, Amount.Parse("64515"), CreditKind.TopUp, null, Scope.AllProducts, null), "by grace");
            return step.Create("create", "a", "1xH100", new VmTraits("a"));
        });

        Assert.Equal((AdmissionResult.Refused, "64516.000000"), (admission.Result, admission.Need.ToString()));
    }

    [Fact]
    public void Policy_1_4_A_pending_lot_fixes_it_too()
    {
        tenant.Rules = tenant.Rules with
        {
            Prices = new PriceList(Currency.Usd, tenant.Rules.Prices.Packages, [new RateVersion(1, Currency.Jpy, ExchangeRate.Parse("150"), Tenant.At("10:00:00"))]),
        };
        tenant.Do("10:00:00", step => step.Grant("g", "l", CreditKind.Voucher, Scope.AllProducts, Currency.Jpy, one, Tenant.At("11:00:00"), null, "gift"));

        Assert.Equal(Currency.Jpy, tenant.Balance.Currency);
    }

    [Fact]
    public void Policy_3_7_Without_an_exchange_rate_a_package_of_another_currency_is_not_sold()
    {
        tenant.Do("10:00:00", step => step.TopUp("first", Currency.Vnd, Amount.Parse("9000000"), "card"));

        Assert.Equal(AdmissionResult.NoPriceInCurrency, tenant.Do("10:00:01", step => step.Create("c", "a", "1xH100", new VmTraits("a"))).Result);
    }

    [Fact]
    public void Policy_1_4_M11_A_choice_is_heeded_by_what_is_decided_in_the_same_step()
    {
        DongFrom("10:00:00");
        var admission = tenant.Do("10:00:00", step =>
        {
            step.ChooseCurrency(Currency.Vnd);
            return step.Create("create", "a", "1xH100", new VmTraits("a"));
        });

        Assert.Equal((AdmissionResult.Refused, "64516.000000"), (admission.Result, admission.Need.ToString()));
    }

    [Fact]
    public void A_currency_is_found_by_its_code()
    {
        Assert.All(Enum.GetValues<Currency>(), currency => Assert.Equal(currency, CurrencyCode.Find(currency.Code())));
        Assert.Equal(["USD", "VND", "JPY"], Enum.GetValues<Currency>().Select(currency => currency.Code()));
        Assert.Null(CurrencyCode.Find("usd"));
        Assert.Null(CurrencyCode.Find("EUR"));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((Currency)9).Code());
    }

    private string Take(BalanceStep step, string way, Currency currency, string id = "op") => way switch
    {
        "grant" => $"{step.Grant(id, id, CreditKind.Voucher, Scope.AllProducts, currency, one, null, null, "gift").Result}",
        "grant to come" => $"{step.Grant(id, id, CreditKind.Voucher, Scope.AllProducts, currency, one, Tenant.At("11:00:00"), null, "gift").Result}",
        "voucher" => $"{step.Redeem(id, id, Scope.AllProducts, currency, one, Tenant.At("12:00:00"), "voucher").Result}",
        "charge" => $"{step.Charge(id, new ProductCode("inference"), currency, one, "use").Result}",
        "credit" => $"{step.Adjust(id, new Adjustment(currency, one, CreditKind.TopUp, null, Scope.AllProducts, null), "by grace").Result}",
        "debit" => $"{step.Adjust(id, new Adjustment(currency, -one, CreditKind.TopUp, null, Scope.AllProducts, null), "by grace").Result}",
        "credit of a lot" => $"{step.Adjust(id, new Adjustment(currency, one, CreditKind.Voucher, id, Scope.AllProducts, Tenant.At("12:00:00")), "by grace").Result}",
        "plan" => $"{step.MakePlan(id, id, currency, new PlanTerms(id, Scope.AllProducts, Tenant.At("11:00:00"), Tenant.At("12:00:00"), one, Amount.Zero, PlanPayment.Upfront, []), renews: false, "grace")}",
        _ => throw new ArgumentOutOfRangeException(nameof(way), way, null),
    };

    private CurrencyResult Choose(string at, Currency currency) => tenant.Do(at, step => step.ChooseCurrency(currency));

    // The rate into đồng holds from then on; there is none into yen.
    private void DongFrom(string at) => tenant.Rules = tenant.Rules with
    {
        Prices = new PriceList(Currency.Usd, tenant.Rules.Prices.Packages, [new RateVersion(1, Currency.Vnd, ExchangeRate.Parse("25400"), Tenant.At(at))]),
    };
}
