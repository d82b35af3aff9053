using OrleansBilling.FakeGateways;

namespace OrleansBilling.Payments.Tests.Fakes;

/// <summary>Every gateway against its fake, over real HTTP: whatever happens to the notifications, the ledger has what the gateway has (M9).</summary>
public sealed class GatewayTests
{
    public static TheoryData<string, Currency, string> Gateways => new()
    {
        { "stripe", Currency.Usd, "25.50" },
        { "stripe", Currency.Jpy, "3000" },
        { "vnpay", Currency.Vnd, "500000" },
        { "paypal", Currency.Usd, "25.50" },
    };

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task M9_What_is_paid_is_credited_once(string gateway, Currency currency, string amount)
    {
        await using var merchant = await Merchant.Open();
        var payment = await merchant.Begin(gateway, currency, amount);
        await merchant.Choose(payment, FakeAct.Pay);
        await merchant.Fakes.Post.Settled();

        Assert.Equal(PaymentStatus.Paid, merchant.State(payment).Status);
        Assert.Equal(payment.Amount.ToString(), merchant.Credit);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task M9_Twenty_at_once_and_all_of_it_again_and_questions_in_between_credit_once(string gateway, Currency currency, string amount)
    {
        await using var merchant = await Merchant.Open();
        merchant.Fakes.Post.Behaviour = new FakeBehaviour(Copies: 20);
        var payment = await merchant.Begin(gateway, currency, amount);
        await merchant.Choose(payment, FakeAct.Pay);
        await merchant.Ask(payment);
        await merchant.Fakes.Post.Settled();
        merchant.Fakes.Post.Repeat(payment.Id);
        await merchant.Fakes.Post.Settled();

        Assert.True(merchant.Fakes.Post.Deliveries.Count > 20);
        Assert.Equal(payment.Amount.ToString(), merchant.Credit);
        Assert.Single(merchant.Postings);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task M9_A_gateway_that_is_silent_is_asked(string gateway, Currency currency, string amount)
    {
        await using var merchant = await Merchant.Open();
        merchant.Fakes.Post.Behaviour = new FakeBehaviour(Silent: true);
        var payment = await merchant.Begin(gateway, currency, amount);
        await merchant.Ask(payment);
        Assert.Equal(PaymentStatus.Created, merchant.State(payment).Status);
        await merchant.Choose(payment, FakeAct.Pay);
        await merchant.Ask(payment);

        Assert.Empty(merchant.Fakes.Post.Deliveries);
        Assert.Equal(payment.Amount.ToString(), merchant.Credit);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task M13_A_notification_that_could_not_be_stored_comes_again(string gateway, Currency currency, string amount)
    {
        await using var merchant = await Merchant.Open();
        merchant.Fail(2);
        var payment = await merchant.Begin(gateway, currency, amount);
        await merchant.Choose(payment, FakeAct.Pay);
        await merchant.Fakes.Post.Settled();

        Assert.True(merchant.Fakes.Post.Deliveries.Count >= 3);
        Assert.Equal(payment.Amount.ToString(), merchant.Credit);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task M9_Whoever_leaves_pays_nothing(string gateway, Currency currency, string amount)
    {
        await using var merchant = await Merchant.Open();
        var payment = await merchant.Begin(gateway, currency, amount);
        await merchant.Choose(payment, FakeAct.Leave);
        await merchant.Ask(payment);
        await merchant.Fakes.Post.Settled();

        Assert.Equal(PaymentStatus.Created, merchant.State(payment).Status);
        Assert.Empty(merchant.Postings);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task A_slow_way_to_pay_is_pending_and_then_credited(string gateway, Currency currency, string amount)
    {
        await using var merchant = await Merchant.Open();
        var payment = await merchant.Begin(gateway, currency, amount);
        await merchant.Choose(payment, FakeAct.PayLater);
        await merchant.Fakes.Post.Settled();
        await merchant.Ask(payment);
        Assert.Equal((PaymentStatus.Pending, "0.000000"), (merchant.State(payment).Status, merchant.Credit));
        merchant.Fakes.Do(payment.Id, FakeAct.Pay);
        await merchant.Fakes.Post.Settled();

        Assert.Equal(payment.Amount.ToString(), merchant.Credit);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task A_slow_way_to_pay_can_come_to_nothing(string gateway, Currency currency, string amount)
    {
        await using var merchant = await Merchant.Open();
        var payment = await merchant.Begin(gateway, currency, amount);
        await merchant.Choose(payment, FakeAct.PayLater);
        merchant.Fakes.Do(payment.Id, FakeAct.Fail);
        await merchant.Fakes.Post.Settled();

        Assert.Equal(PaymentStatus.Failed, merchant.State(payment).Status);
        Assert.Empty(merchant.Postings);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task Refunds_are_taken_back_whether_they_are_notified_or_asked_for(string gateway, Currency currency, string amount)
    {
        await using var merchant = await Merchant.Open();
        merchant.Fakes.Post.Behaviour = new FakeBehaviour(Copies: 2, Reordered: true);
        var payment = await merchant.Begin(gateway, currency, amount);
        await merchant.Choose(payment, FakeAct.Pay);
        // The gateways refund one after the other, here before anything was heard.
        if (gateway == "paypal") await merchant.Ask(payment);
        merchant.Fakes.Do(payment.Id, FakeAct.Refund, 10);
        // VNPAY tells the last one only, to who asks: here on the day after each.
        if (gateway == "vnpay") await merchant.Ask(payment);
        merchant.Fakes.Do(payment.Id, FakeAct.Refund, 5);
        await merchant.Fakes.Post.Settled();
        await merchant.Ask(payment);

        Assert.Equal(PaymentStatus.Refunded, merchant.State(payment).Status);
        Assert.Equal((payment.Amount - Amount.Parse("15")).ToString(), merchant.Credit);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task A_payment_that_the_gateway_took_for_nobody_we_know_is_answered_as_unknown(string gateway, Currency currency, string amount)
    {
        await using var merchant = await Merchant.Open();
        var payment = await merchant.Begin(gateway, currency, amount, known: false);
        await merchant.Choose(payment, FakeAct.Pay);
        await merchant.Fakes.Post.Settled();

        Assert.All(merchant.Fakes.Post.Deliveries, delivery => Assert.True(delivery.Status == 404 || delivery.Body.Contains("\"01\"", StringComparison.Ordinal), delivery.ToString()));
        Assert.Empty(merchant.Postings);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task M9_Notifications_of_somebody_elses_gateway_credit_nothing_and_are_refused(string gateway, Currency currency, string amount)
    {
        await using var merchant = await Merchant.Open();
        await using var forger = await FakeGatewayServer.Start(new FakeGatewayOptions
        {
            Notify = name => new Uri(merchant.Address, $"/notify/{name}"),
            RepeatAfter = TimeSpan.FromMilliseconds(1),
            Attempts = 2,
        });
        var victim = await merchant.Begin(gateway, currency, amount);
        await ForgedPage.Pay(forger, gateway, victim);
        await forger.Post.Settled();

        Assert.NotEmpty(forger.Post.Deliveries);
        Assert.All(forger.Post.Deliveries, delivery => Assert.True(delivery.Status == 400 || delivery.Body.Contains("\"97\"", StringComparison.Ordinal), delivery.ToString()));
        Assert.Empty(merchant.Postings);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task Creating_twice_creates_once(string gateway, Currency currency, string amount)
    {
        await using var merchant = await Merchant.Open();
        var payment = await merchant.Begin(gateway, currency, amount);

        Assert.Equal(await merchant.Gateway(gateway).Create(payment, default), await merchant.Gateway(gateway).Create(payment, default));
    }
}
