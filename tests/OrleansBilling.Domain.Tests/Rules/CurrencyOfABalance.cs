using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
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
        Assert.True(tenant.Do("10:00:00", step => step.ChooseCurrency(Currency.Vnd)));
        Assert.True(tenant.Do("10:00:01", step => step.ChooseCurrency(Currency.Vnd)));
        Assert.False(tenant.Do("10:00:02", step => step.ChooseCurrency(Currency.Usd)));

        Assert.Equal(Currency.Vnd, tenant.Balance.Currency);
        Assert.Equal(PostingResult.OtherCurrency, tenant.Do("10:00:03", step => step.TopUp("first", Currency.Usd, one, "card")).Result);
        Assert.Empty(tenant.Entries);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Policy_1_4_M11_What_fixes_it_is_heeded_by_what_is_decided_in_the_same_step(bool byAdjustment)
    {
        var admission = tenant.Do("10:00:00", step =>
        {
            if (byAdjustment) step.Adjust("right", new Adjustment(Currency.Vnd, Amount.Parse("2000000"), CreditKind.TopUp, null, Scope.AllProducts, null), "by grace");
            else step.ChooseCurrency(Currency.Vnd);
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
    public void A_currency_is_found_by_its_code()
    {
        Assert.All(Enum.GetValues<Currency>(), currency => Assert.Equal(currency, CurrencyCode.Find(currency.Code())));
        Assert.Equal(["USD", "VND", "JPY"], Enum.GetValues<Currency>().Select(currency => currency.Code()));
        Assert.Null(CurrencyCode.Find("usd"));
        Assert.Null(CurrencyCode.Find("EUR"));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((Currency)9).Code());
    }
}
