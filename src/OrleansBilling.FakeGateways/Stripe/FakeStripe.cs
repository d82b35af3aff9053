using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansBilling.FakeGateways.Stripe;

/// <summary>Stripe: Checkout Sessions, intents, disputes, and events under <c>Stripe-Signature</c>.</summary>
internal sealed class FakeStripe(FakePost post, TimeProvider clock) : FakeGateway(post)
{
    private readonly string apiKey = Secrets.New("sk_test_");
    private readonly string webhookSecret = Secrets.New("whsec_");
    private readonly ConcurrentDictionary<string, (string Body, string Session)> idempotent = new();

    public override string Name => "stripe";

    public override IEnumerable<KeyValuePair<string, string?>> Settings(Uri address) =>
    [
        new("Payments:Stripe:BaseAddress", address.AbsoluteUri),
        new("Payments:Stripe:SecretKey", apiKey),
        new("Payments:Stripe:WebhookSecret", webhookSecret),
    ];

    public override void Map(IEndpointRouteBuilder app)
    {
        base.Map(app);
        var api = app.MapGroup("/stripe/v1").AddEndpointFilter(async (call, next) =>
            call.HttpContext.Request.Headers.Authorization == $"Bearer {apiKey}" ? await next(call) : TypedResults.StatusCode(401));
        api.MapPost("/checkout/sessions", Create);
        api.MapGet("/checkout/sessions/{id}", (string id) => Find(id) is { } payment ? (IResult)Json(StripeObjects.Session(payment, expanded: true)) : TypedResults.NotFound());
        api.MapGet("/payment_intents/{id}", (string id) => OfIntent(id) is { } payment ? (IResult)Json(StripeObjects.Intent(payment)) : TypedResults.NotFound());
        api.MapGet("/disputes", (string payment_intent) => Json(new JsonObject
        {
            ["object"] = "list",
            ["data"] = OfIntent(payment_intent) is { Dispute: not null } payment ? new JsonArray(StripeObjects.Dispute(payment)) : [],
        }));
    }

    protected override void Act(FakePayment payment, FakeAct act, decimal? amount)
    {
        switch (act)
        {
            case FakeAct.Pay:
                var wasPending = payment.Status == "pending";
                payment.Status = "paid";
                Tell(payment, wasPending ? "checkout.session.async_payment_succeeded" : "checkout.session.completed", StripeObjects.Session(payment));
                break;
            case FakeAct.PayLater:
                payment.Status = "pending";
                Tell(payment, "checkout.session.completed", StripeObjects.Session(payment));
                break;
            case FakeAct.Fail when payment.Status == "pending":
                payment.Status = "failed";
                Tell(payment, "checkout.session.async_payment_failed", StripeObjects.Session(payment));
                break;
            case FakeAct.Fail or FakeAct.Leave:
                // A card that is declined leaves the page open for another one: nobody is told.
                break;
            case FakeAct.Expire when payment.Status == "open":
                payment.Status = "expired";
                Tell(payment, "checkout.session.expired", StripeObjects.Session(payment));
                break;
            case FakeAct.Refund or FakeAct.Reverse:
                payment.Refunds.Add(amount ?? payment.Amount - payment.Refunds.Sum());
                Tell(payment, "charge.refunded", StripeObjects.Charge(payment));
                break;
            case FakeAct.Dispute:
                payment.Dispute = "needs_response";
                Tell(payment, "charge.dispute.created", StripeObjects.Dispute(payment));
                break;
            case FakeAct.Withdraw:
                payment.Withdrawn = true;
                Tell(payment, "charge.dispute.funds_withdrawn", StripeObjects.Dispute(payment));
                break;
            case FakeAct.Reinstate:
                Tell(payment, "charge.dispute.funds_reinstated", StripeObjects.Dispute(payment));
                break;
            case FakeAct.Win or FakeAct.Lose:
                payment.Dispute = act == FakeAct.Win ? "won" : "lost";
                Tell(payment, "charge.dispute.closed", StripeObjects.Dispute(payment));
                break;
        }
    }

    // Stripe keeps the answer by key, and refuses the key for anything else.
    private async Task<IResult> Create(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var form = body.Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => WebUtility.UrlDecode(pair[0]), pair => WebUtility.UrlDecode(pair[1]));
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length is 0 or > 255) return TypedResults.BadRequest("Idempotency-Key");
        var expires = DateTimeOffset.FromUnixTimeSeconds(long.Parse(form["expires_at"], CultureInfo.InvariantCulture)) - clock.GetUtcNow();
        var made = idempotent.GetOrAdd(key, _ => (body, $"cs_test_{Secrets.New("")}"));
        if (made.Body != body) return TypedResults.BadRequest("idempotency_error");
        if (Find(made.Session) is null && (expires < TimeSpan.FromMinutes(30) || expires > TimeSpan.FromHours(24))) return TypedResults.BadRequest("expires_at");
        var currency = form["line_items[0][price_data][currency]"].ToUpperInvariant();
        var count = long.Parse(form["line_items[0][price_data][unit_amount]"], CultureInfo.InvariantCulture);
        var payment = Keep(new FakePayment(
            Name, made.Session, form["client_reference_id"], currency, StripeObjects.FromSmallest(currency, count), new Uri(form["success_url"])));
        var session = StripeObjects.Session(payment);
        session["url"] = $"{request.Scheme}://{request.Host}/stripe/page/{payment.Id}";
        return Json(session);
    }

    private FakePayment? OfIntent(string id) => id.StartsWith("pi_", StringComparison.Ordinal) ? Find(id[3..]) : null;

    private void Tell(FakePayment payment, string type, JsonObject about)
    {
        var body = new JsonObject
        {
            ["id"] = $"evt_{Secrets.New("")}",
            ["object"] = "event",
            ["type"] = type,
            ["data"] = new JsonObject { ["object"] = about },
        }.ToJsonString();
        Tell(payment, type, to =>
        {
            var time = clock.GetUtcNow().ToUnixTimeSeconds();
            var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(webhookSecret), Encoding.UTF8.GetBytes($"{time}.{body}"));
            var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("Stripe-Signature", $"t={time},v1={Convert.ToHexStringLower(signature)},v0=00");
            return request;
        }, Letter.ByStatus);
    }
}
