using System.Net;
using System.Text;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>Paying in through the fake gateways, over HTTP from the wish to the ledger (M9; policy 2.2).</summary>
public sealed class PaymentTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    [Theory]
    [InlineData(Vietnam, "stripe", "USD", "25.50")]
    [InlineData(Vietnam, "stripe", "VND", "500000")]
    [InlineData(Vietnam, "vnpay", "VND", "600000")]
    [InlineData(Vietnam, "paypal", "USD", "30")]
    [InlineData(Japan, "stripe", "USD", "25")]
    [InlineData(Japan, "stripe", "JPY", "3000")]
    public async Task M9_What_was_paid_at_the_gateways_page_is_in_balance_ledger_and_history(string portal, string gateway, string currency, string amount)
    {
        var tenant = await (await NewTenant(portal)).SayWhoPays();
        var payment = await Begin(tenant, gateway, currency, amount);
        Assert.Equal(("created", Amount.Zero), (payment.Status, payment.Credited));

        var back = await Browser.Choose(payment.Page!, "Pay");

        Assert.Equal((tenant.Origin.Authority, $"/payments/{payment.Id}"), (back.Authority, back.AbsolutePath));
        using (var page = await tenant.Send(new HttpRequestMessage(HttpMethod.Get, back.PathAndQuery))) Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var paid = await TenantCalls.Until(() => tenant.Get<PaymentAnswer>($"/api/payments/{payment.Id}"), now => now.Status == "paid", "the payment is paid");
        var wanted = Amount.Parse(amount);
        Assert.Equal((wanted, null), (paid.Credited, paid.Page));
        var balance = await tenant.Balance();
        Assert.Equal((currency, wanted, wanted), (balance.Currency, balance.Total, balance.TopUp));
        var entry = Assert.Single(await tenant.Ledger());
        Assert.Equal(("credit", wanted), (entry.Kind, entry.Change));
        Assert.StartsWith($"payment/{gateway}/", entry.Operation, StringComparison.Ordinal);
        Assert.Equal(paid, Assert.Single(await tenant.Get<PaymentAnswer[]>("/api/payments")));
    }

    [Fact]
    public async Task M9_The_browsers_return_alone_credits_nothing_whatever_it_says()
    {
        var tenant = await (await NewTenant()).SayWhoPays();
        var payment = await Begin(tenant, "vnpay", "VND", "500000");
        await Browser.Choose(payment.Page!, "Leave");

        using (var page = await tenant.Send(new HttpRequestMessage(HttpMethod.Get, $"/payments/{payment.Id}?vnp_ResponseCode=00&vnp_TransactionStatus=00&status=paid")))
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);

        Assert.NotEqual("paid", (await tenant.Get<PaymentAnswer>($"/api/payments/{payment.Id}")).Status);
        Assert.Empty(await tenant.Ledger());
    }

    [Fact]
    public async Task M9_A_forged_notification_changes_nothing_and_its_content_is_not_logged()
    {
        var tenant = await (await NewTenant()).SayWhoPays();
        var payment = await Begin(tenant, "stripe", "USD", "25");
        var paid = $$$$"""{"id":"evt_1","type":"checkout.session.completed","data":{"object":{"id":"cs_1","client_reference_id":"{{{{payment.Id}}}}","payment_status":"paid"}}}""";
        var stranger = Stranger("127.0.0.1");

        using (var answer = await Notify(stranger, "stripe", paid, "t=1767238200,v1=5ecre7"))
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using (var answer = await stranger.Send(new HttpRequestMessage(HttpMethod.Get, $"/payments/notifications/vnpay?vnp_TxnRef={payment.Id}&vnp_ResponseCode=00&vnp_SecureHash=5ecre7")))
            Assert.Contains("\"97\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using (var answer = await Notify(stranger, "nobody", "{}", ""))
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);

        Assert.Equal("created", (await tenant.Get<PaymentAnswer>($"/api/payments/{payment.Id}")).Status);
        Assert.Empty(await tenant.Ledger());
        await Host.Says("A notification in the name of stripe was refused");
        Assert.DoesNotContain("5ecre7", Host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notification_that_is_too_large_is_not_read()
    {
        using var answer = await Notify(Stranger("127.0.0.1"), "stripe", new string('x', 300 * 1024), "t=1,v1=a");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Policy_2_2_What_the_region_does_not_take_is_refused_with_its_reason()
    {
        var vietnam = await (await NewTenant(Vietnam)).SayWhoPays();
        var japan = await (await NewTenant(Japan)).SayWhoPays();

        Assert.Equal((422, "payment_not_offered"), await Refused(japan, "vnpay", "VND", "500000"));
        Assert.Equal((422, "payment_not_offered"), await Refused(vietnam, "paypal", "VND", "500000"));
        Assert.Equal((422, "payment_not_offered"), await Refused(vietnam, "development", "USD", "25"));
        Assert.Equal((422, "below_minimum"), await Refused(vietnam, "stripe", "USD", "24.99"));
        Assert.Equal((422, "amount_not_taken"), await Refused(vietnam, "stripe", "USD", "25.001"));
        Assert.Equal((422, "invalid_amount"), await Refused(vietnam, "stripe", "USD", "0"));
        await vietnam.TopUp("1");
        Assert.Equal((409, "other_currency"), await Refused(vietnam, "vnpay", "VND", "500000"));
        Assert.Empty(await vietnam.Get<PaymentAnswer[]>("/api/payments"));
        Assert.Equal(["paypal USD", "stripe USD", "stripe VND", "vnpay VND"], (await vietnam.Get<OfferAnswer[]>("/api/payment-gateways")).Where(offer => offer.Gateway != "development").Select(offer => $"{offer.Gateway} {offer.Currency}").Order());
        Assert.Equal(["stripe JPY", "stripe USD"], (await japan.Get<OfferAnswer[]>("/api/payment-gateways")).Select(offer => $"{offer.Gateway} {offer.Currency}").Order());
    }

    [Fact]
    public async Task M5_M11_The_same_key_is_the_same_payment_and_nobody_elses()
    {
        var tenant = await (await NewTenant()).SayWhoPays();
        var key = PortalCaller.NewKey();
        object Wish(string amount) => new { gateway = "stripe", currency = "USD", amount };
        var first = await tenant.Post<PaymentAnswer>("/api/payments", Wish("25"), key);

        Assert.Equal(first, await tenant.Post<PaymentAnswer>("/api/payments", Wish("25"), key));
        Assert.Equal("idempotency_key_reused", (await tenant.Refused(HttpMethod.Post, "/api/payments", Wish("26"), key)).Code);
        var other = await (await NewTenant()).SayWhoPays();
        Assert.NotEqual(first.Id, (await other.Post<PaymentAnswer>("/api/payments", Wish("25"), key)).Id);
        Assert.Equal((404, "unknown_payment"), Told(await other.Refused(HttpMethod.Get, $"/api/payments/{first.Id}")));
        Assert.Equal((401, "not_signed_in"), Told(await Stranger().Refused(HttpMethod.Get, $"/api/payments/{first.Id}")));
    }

    private static Task<PaymentAnswer> Begin(PortalCaller tenant, string gateway, string currency, string amount) =>
        tenant.Post<PaymentAnswer>("/api/payments", new { gateway, currency, amount });

    private static async Task<(int Status, string Code)> Refused(PortalCaller tenant, string gateway, string currency, string amount) =>
        Told(await tenant.Refused(HttpMethod.Post, "/api/payments", new { gateway, currency, amount }));

    private static (int Status, string Code) Told(Refusal refusal) => (refusal.Status, refusal.Code);

    private static async Task<HttpResponseMessage> Notify(PortalCaller caller, string gateway, string body, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/payments/notifications/{gateway}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        return await caller.Send(request);
    }
}
