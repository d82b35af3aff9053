using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansBilling.FakeGateways.PayPal;

/// <summary>PayPal: tokens, orders that the payer approves and the merchant captures, and events under its own certificate.</summary>
internal sealed class FakePayPal(FakePost post, TimeProvider clock, FakeAuthority authority) : FakeGateway(post)
{
    private readonly string clientId = Secrets.New("");
    private readonly string clientSecret = Secrets.New("");
    private readonly string webhookId = Secrets.New("WH-");
    private readonly string token = Secrets.New("A21A");
    private readonly ConcurrentDictionary<string, string> orders = new();

    public override string Name => "paypal";

    public override IEnumerable<KeyValuePair<string, string?>> Settings(Uri address) =>
    [
        new("Payments:PayPal:BaseAddress", address.AbsoluteUri),
        new("Payments:PayPal:ClientId", clientId),
        new("Payments:PayPal:ClientSecret", clientSecret),
        new("Payments:PayPal:WebhookId", webhookId),
        .. authority.Address is { } certificates
            ? [new("Payments:PayPal:CertificateHosts", certificates.Authority)]
            : new KeyValuePair<string, string?>[] { new("Payments:PayPal:Verification", "Api") },
    ];

    public override void Map(IEndpointRouteBuilder app)
    {
        base.Map(app);
        app.MapGet("/paypal/v1/notifications/certs/{id}", (string id) => TypedResults.Text(authority.Signer.ExportCertificatePem()));
        app.MapPost("/paypal/v1/oauth2/token", (HttpRequest request) =>
            request.Headers.Authorization == $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{clientSecret}"))}"
                ? Json(new JsonObject { ["access_token"] = token, ["token_type"] = "Bearer", ["expires_in"] = 32400 }) : TypedResults.StatusCode(401));
        var api = app.MapGroup("/paypal").AddEndpointFilter(async (call, next) =>
            call.HttpContext.Request.Headers.Authorization == $"Bearer {token}" ? await next(call) : TypedResults.StatusCode(401));
        api.MapPost("/v2/checkout/orders", Create);
        api.MapGet("/v2/checkout/orders/{id}", (string id) => Find(id) is { } payment ? Json(PayPalObjects.Order(payment)) : TypedResults.NotFound());
        api.MapPost("/v2/checkout/orders/{id}/capture", Capture);
        api.MapGet("/v2/payments/captures/{id}", (string id) => Find(id.Replace("CAP", "ORD", StringComparison.Ordinal)) is { } payment ? Json(PayPalObjects.Capture(payment)) : TypedResults.NotFound());
        api.MapPost("/v1/notifications/verify-webhook-signature", Verify);
    }

    protected override void Act(FakePayment payment, FakeAct act, decimal? amount)
    {
        switch (act)
        {
            case FakeAct.Pay when payment.Status == "pending":
                payment.Status = "paid";
                Tell(payment, "PAYMENT.CAPTURE.COMPLETED", PayPalObjects.Capture(payment));
                break;
            // What the payer approves is paid when the merchant captures it.
            case FakeAct.Pay:
                payment.Status = "approved";
                Tell(payment, "CHECKOUT.ORDER.APPROVED", PayPalObjects.Order(payment));
                break;
            case FakeAct.PayLater:
                payment.Status = "pending";
                Tell(payment, "PAYMENT.CAPTURE.PENDING", PayPalObjects.Capture(payment));
                break;
            case FakeAct.Fail:
                payment.Status = "failed";
                Tell(payment, "PAYMENT.CAPTURE.DENIED", PayPalObjects.Capture(payment));
                break;
            case FakeAct.Expire:
                payment.Status = "expired";
                break;
            case FakeAct.Refund or FakeAct.Reverse:
                payment.Refunds.Add(amount ?? payment.Amount - payment.Refunds.Sum());
                Tell(payment, act == FakeAct.Refund ? "PAYMENT.CAPTURE.REFUNDED" : "PAYMENT.CAPTURE.REVERSED", PayPalObjects.Refund(payment, payment.Refunds.Count - 1, named: act == FakeAct.Refund));
                break;
        }
    }

    private IResult Create(JsonObject asked, HttpRequest request)
    {
        var key = request.Headers["PayPal-Request-Id"].ToString();
        if (key.Length is 0 or > 108) return TypedResults.BadRequest();
        var unit = asked["purchase_units"]![0]!;
        var payment = Keep(new FakePayment(
            Name, orders.GetOrAdd(key, _ => Secrets.New("ORD")), unit["custom_id"]!.GetValue<string>(), unit["amount"]!["currency_code"]!.GetValue<string>(),
            decimal.Parse(unit["amount"]!["value"]!.GetValue<string>(), CultureInfo.InvariantCulture),
            new Uri(asked["payment_source"]!["paypal"]!["experience_context"]!["return_url"]!.GetValue<string>())));
        var order = PayPalObjects.Order(payment);
        order["links"] = new JsonArray(new JsonObject { ["rel"] = "payer-action", ["href"] = $"{request.Scheme}://{request.Host}/paypal/page/{payment.Id}" });
        return Json(order);
    }

    private IResult Capture(string id)
    {
        if (Find(id) is not { } payment) return TypedResults.NotFound();
        lock (payment)
        {
            if (payment.Status != "approved") return TypedResults.UnprocessableEntity(payment.Status == "paid" ? "ORDER_ALREADY_CAPTURED" : "ORDER_NOT_APPROVED");
            payment.Status = "paid";
            Tell(payment, "PAYMENT.CAPTURE.COMPLETED", PayPalObjects.Capture(payment));
            return Json(PayPalObjects.Order(payment));
        }
    }

    private void Tell(FakePayment payment, string type, JsonObject about)
    {
        var id = Guid.NewGuid().ToString();
        var body = new JsonObject { ["id"] = $"WH-{id}", ["event_type"] = type, ["resource"] = about }.ToJsonString();
        Tell(payment, type, to =>
        {
            var time = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("PAYPAL-TRANSMISSION-ID", id);
            request.Headers.Add("PAYPAL-TRANSMISSION-TIME", time);
            request.Headers.Add("PAYPAL-TRANSMISSION-SIG", Sign(id, time, body));
            request.Headers.Add("PAYPAL-AUTH-ALGO", "SHA256withRSA");
            request.Headers.Add("PAYPAL-CERT-URL", authority.SignerAddress);
            return request;
        }, Letter.ByStatus);
    }

    private string Sign(string id, string time, string body)
    {
        using var key = authority.Signer.GetRSAPrivateKey()!;
        return Convert.ToBase64String(key.SignData(Signed(id, time, body), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    // The event is asked about letter by letter, so it is cut out of the question.
    private async Task<IResult> Verify(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync();
        const string Before = "\"webhook_event\":";
        var begin = text.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        var body = text[begin..text.LastIndexOf('}')].TrimEnd();
        var asked = JsonNode.Parse(text)!;
        string Field(string name) => asked[name]!.GetValue<string>();
        using var key = authority.Signer.GetRSAPublicKey()!;
        var signature = new byte[1024];
        var holds = Field("webhook_id") == webhookId && Convert.TryFromBase64String(Field("transmission_sig"), signature, out var length)
            && key.VerifyData(Signed(Field("transmission_id"), Field("transmission_time"), body), signature.AsSpan(0, length), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Json(new JsonObject { ["verification_status"] = holds ? "SUCCESS" : "FAILURE" });
    }

    private byte[] Signed(string id, string time, string body) => Encoding.UTF8.GetBytes($"{id}|{time}|{webhookId}|{Checksum(Encoding.UTF8.GetBytes(body))}");

    // The textbook's one, bit by bit: another than the one that verifies.
    private static uint Checksum(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
        return ~crc;
    }
}
