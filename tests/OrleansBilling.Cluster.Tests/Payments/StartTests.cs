using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Cluster.Tests.Payments;

/// <summary>Beginning a payment: what is refused, and that the same again is the same (M5, M11; policy 1.4).</summary>
public sealed class StartTests
{
    private readonly HandGateway gateway = new();

    [Fact]
    public async Task M5_The_same_again_is_the_same_payment_with_one_page_and_other_content_is_refused()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.SayWhoPays();
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.Billing.StartPayment("p", cluster.Command())));

        Assert.All(replies, reply => Assert.Equal((PaymentResult.Started, new Uri("https://gateway.example/p")), (reply.Result, reply.Payment!.Page)));
        Assert.Equal(1, gateway.Created);
        Assert.Equal(PaymentResult.OperationReused, (await cluster.Billing.StartPayment("p", cluster.Command("26"))).Result);
        Assert.Single(await cluster.Billing.GetPayments(cluster.Tenant));
    }

    [Fact]
    public async Task M11_Neither_found_nor_taken_over_by_another_tenant()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.Pay("p");
        var other = new BalanceId("vn", "t2");

        Assert.Null(await cluster.Billing.FindPayment(other, "p"));
        Assert.Empty(await cluster.Billing.GetPayments(other));
        Assert.Equal(PaymentResult.OperationReused, (await cluster.Billing.StartPayment("p", cluster.Command() with { Balance = other })).Result);
    }

    [Theory]
    [InlineData("stripe", "25", Currency.Jpy, PaymentResult.NotOffered)]
    [InlineData("paypal", "25", Currency.Usd, PaymentResult.NotOffered)]
    [InlineData("stripe", "24.99", Currency.Usd, PaymentResult.BelowMinimum)]
    [InlineData("stripe", "1000001", Currency.Usd, PaymentResult.AmountRefused)]
    [InlineData("stripe", "500000", Currency.Vnd, PaymentResult.OtherCurrency)]
    public async Task Policy_1_4_What_cannot_be_paid_is_refused_before_anybody_hears_of_it(string name, string amount, Currency currency, PaymentResult expected)
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.SayWhoPays();
        await cluster.TopUp("1");

        Assert.Equal(expected, (await cluster.Billing.StartPayment("p", cluster.Command(amount, currency) with { Gateway = name })).Result);

        Assert.Equal(0, gateway.Created);
        Assert.Null(await cluster.Billing.FindPayment(cluster.Tenant, "p"));
        Assert.Empty(await cluster.Billing.GetPayments(cluster.Tenant));
    }

    [Fact]
    public async Task Nothing_is_paid_before_somebody_has_said_who_pays()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.SayWhoPays(new BalanceId("vn", "t2"));

        Assert.Equal(PaymentResult.ProfileMissing, (await cluster.Billing.StartPayment("p", cluster.Command())).Result);
        Assert.Equal(0, gateway.Created);
        await cluster.SayWhoPays();
        Assert.Equal(PaymentResult.Started, (await cluster.Billing.StartPayment("p", cluster.Command())).Result);
    }

    [Fact]
    public async Task Policy_1_4_3_7_A_currency_is_neither_offered_nor_chosen_nor_paid_in_before_it_has_an_exchange_rate()
    {
        await using var cluster = await BillingCluster.Start(setup =>
        {
            gateway.AddTo(setup);
            var billing = setup.Billing;
            setup.Billing = options =>
            {
                billing(options);
                options.Regions["vn"].Rates.First.Clear();
            };
        });
        await cluster.SayWhoPays();
        await cluster.Billing.AddRate("vn", new AddRate("r", Currency.Vnd, ExchangeRate.Parse("25400"), cluster.Clock.Now.AddMinutes(2), Confirmed: true));
        await cluster.Advance(TimeSpan.FromMinutes(1.9));

        Assert.Equal([Currency.Usd], await Offered());
        Assert.Equal(CurrencyResult.NoRate, await cluster.Billing.ChooseCurrency(cluster.Tenant, Currency.Vnd));
        Assert.Equal(PaymentResult.NoRate, (await cluster.Billing.StartPayment("p", cluster.Command("500000", Currency.Vnd))).Result);
        Assert.Equal((0, null), (gateway.Created, (await cluster.Billing.GetBalance(cluster.Tenant)).Currency));

        await cluster.Advance(TimeSpan.FromMinutes(0.1));
        Assert.Equal([Currency.Usd, Currency.Vnd], await Offered());
        Assert.Equal(PaymentResult.Started, (await cluster.Billing.StartPayment("p", cluster.Command("500000", Currency.Vnd))).Result);
        Assert.Equal(CurrencyResult.Chosen, await cluster.Billing.ChooseCurrency(cluster.Tenant, Currency.Vnd));

        async Task<IEnumerable<Currency>> Offered() => (await cluster.Billing.GetPaymentOffers("vn")).Select(offer => offer.Currency).Order();
    }

    [Fact]
    public async Task Policy_1_4_A_currency_that_was_chosen_is_kept_and_refuses_payments_in_another_one()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.SayWhoPays();
        Assert.Equal(CurrencyResult.Chosen, await cluster.Billing.ChooseCurrency(cluster.Tenant, Currency.Vnd));
        await cluster.Cluster.DeactivateAsync(cluster.Balance);

        Assert.Equal(PaymentResult.OtherCurrency, (await cluster.Billing.StartPayment("p", cluster.Command())).Result);
        Assert.Equal(CurrencyResult.OtherCurrency, await cluster.Billing.ChooseCurrency(cluster.Tenant, Currency.Usd));
        Assert.Equal(CurrencyResult.Chosen, await cluster.Billing.ChooseCurrency(cluster.Tenant, Currency.Vnd));
        Assert.Equal(Currency.Vnd, (await cluster.Billing.GetBalance(cluster.Tenant)).Currency);
    }

    [Fact]
    public async Task M5_A_gateway_that_does_not_answer_is_tried_again_with_the_same_payment()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.SayWhoPays();
        gateway.IsDown = true;
        Assert.Equal(PaymentResult.GatewayUnavailable, (await cluster.Billing.StartPayment("p", cluster.Command())).Result);
        gateway.IsDown = false;

        Assert.NotNull((await cluster.Pay("p")).Page);
        Assert.Single(await cluster.Billing.GetPayments(cluster.Tenant));
    }

    [Fact]
    public async Task The_newest_payments_come_first()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        foreach (var payment in new[] { "a", "b", "c" }) await cluster.Pay(payment);
        Assert.Equal(["c", "b"], (await cluster.Billing.GetPayments(cluster.Tenant, 2)).Select(payment => payment.Id));
    }

    [Theory]
    [InlineData(FaultyState.Fault.Failed)]
    [InlineData(FaultyState.Fault.Unheard)]
    public async Task F6_M13_One_whose_beginning_is_cut_off_is_begun_once(object fault)
    {
        var state = new FaultyState("payment");
        await using var cluster = await BillingCluster.Start(setup =>
        {
            gateway.AddTo(setup);
            setup.State = state.Around;
        });
        state.Next((FaultyState.Fault)fault);

        Assert.NotNull((await cluster.Pay("p")).Page);
        Assert.Single(await cluster.Billing.GetPayments(cluster.Tenant));
    }
}
