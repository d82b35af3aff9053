using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Policy_1_4_M11_What_fixes_it_is_heeded_by_what_is_decided_in_the_same_step(bool byAdjustment)
    {
        var admission = tenant.Do("10:00:00", step =>
        {
            if (byAdjustment) step.Adjust("right", new Adjustment(Currency.Vnd, Amount.Parse("2000000"), CreditKind.TopUp, null, Scope.AllProducts, null), "by grace");
            step.TopUp("first", Currency.Vnd, Amount.Parse("2000000"), "card");
            return step.Create("create", "a", "1xH100", new VmTraits("a"));
        });

        Assert.Equal(AdmissionResult.NoPriceInCurrency, admission.Result);
        Assert.Equal(Currency.Vnd, tenant.Balance.Currency);
    }

    [Fact]
    public void Policy_1_4_A_pending_lot_fixes_it_too()
    {
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

    private CurrencyResult Choose(string at, Currency currency) => tenant.Do(at, step => step.ChooseCurrency(currency));

    // The rate into đồng holds from then on; there is none into yen.
    private void DongFrom(string at) => tenant.Rules = tenant.Rules with
    {
        Prices = new PriceList(Currency.Usd, tenant.Rules.Prices.Packages, [new RateVersion(1, Currency.Vnd, ExchangeRate.Parse("25400"), Tenant.At(at))]),
    };
}
