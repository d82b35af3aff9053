using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments.Stripe;

/// <summary>Stripe Checkout: one session a payment, and the events of its webhook.</summary>
public sealed class StripeGateway(HttpClient http, StripeOptions options) : IPaymentGateway
{
    /// <summary>Its name.</summary>
    public const string GatewayName = "stripe";

    private const long LargestAmount = 99_999_999;

    // Stripe closes no session earlier than half an hour after it began, and none later than a day.
    private static readonly TimeSpan shortest = TimeSpan.FromMinutes(31);
    private static readonly TimeSpan longest = TimeSpan.FromHours(23);

    /// <inheritdoc/>
    public string Name => GatewayName;

    /// <inheritdoc/>
    public string? Refusal(Currency currency, Amount amount) => GatewayUnits.Smallest(currency, amount) is >= 1 and <= LargestAmount
        ? null
        : $"Stripe takes whole {(currency == Currency.Usd ? "cents" : currency.Code())}, in at most 8 digits.";

    /// <inheritdoc/>
    public async Task<PaymentPage> Create(Payment payment, CancellationToken cancellation)
    {
        if (Refusal(payment.Currency, payment.Amount) is { } refusal) throw new GatewayException(refusal);
        var back = payment.ReturnTo?.AbsoluteUri ?? throw new ArgumentException("The payer must come back somewhere.", nameof(payment));
        var life = payment.ExpiresAt - payment.CreatedAt;
        var closes = payment.CreatedAt + (life < shortest ? shortest : life > longest ? longest : life);
        var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["mode"] = "payment",
            ["client_reference_id"] = payment.Id,
            [$"metadata[{StripeEvents.Metadata}]"] = payment.Id,
            [$"payment_intent_data[metadata][{StripeEvents.Metadata}]"] = payment.Id,
            ["line_items[0][quantity]"] = "1",
            ["line_items[0][price_data][currency]"] = payment.Currency.Code().ToLowerInvariant(),
            ["line_items[0][price_data][unit_amount]"] = GatewayUnits.Smallest(payment.Currency, payment.Amount)!.Value.ToString(CultureInfo.InvariantCulture),
            ["line_items[0][price_data][product_data][name]"] = "Top-up",
            ["success_url"] = back,
            ["cancel_url"] = back,
            ["expires_at"] = closes.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ["locale"] = payment.Language,
        });
        var session = await Call(HttpMethod.Post, "v1/checkout/sessions", form, payment.Id, cancellation);
        return session.Text("id") is { } id && Uri.TryCreate(session.Text("url"), UriKind.Absolute, out var page)
            ? new PaymentPage(id, page)
            : throw new GatewayException("Stripe made a session without id or page.");
    }

    /// <inheritdoc/>
    public async Task<Notification> Read(NotificationRequest request, CancellationToken cancellation)
    {
        var refusal = StripeSignature.Refusal(
            request.Header("Stripe-Signature"), request.Body.Span, options.WebhookSecret, request.ReceivedAt, options.Tolerance);
        if (refusal is not null) return new RefusedNotification(refusal, new GatewayAnswer(400, "signature"));
        if (GatewayCall.Parse(request.Body.Span) is not { } notification) return new RefusedNotification("The body is no JSON object.", new GatewayAnswer(400, "body"));

        if (notification.Object("data").Object("object") is not { } about) return VerifiedNotification.Nothing;
        var events = StripeEvents.Of(notification.Text("type"), about);
        if (events.Count == 0) return VerifiedNotification.Nothing;
        return await PaymentOf(about, cancellation) is { } payment ? new VerifiedNotification(payment, events) : VerifiedNotification.Nothing;
    }

    /// <inheritdoc/>
    public GatewayAnswer Answer(NotificationOutcome outcome) => GatewayAnswer.Of(outcome);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PaymentEvent>> Ask(Payment payment, string reference, CancellationToken cancellation)
    {
        var session = await Call(
            HttpMethod.Get, $"v1/checkout/sessions/{Uri.EscapeDataString(reference)}?expand[]=payment_intent.latest_charge", null, null, cancellation);
        if (session.Text("client_reference_id") != payment.Id) throw new GatewayException($"Stripe's session {reference} is not of payment {payment.Id}.");
        var charge = session.Object("payment_intent").Object("latest_charge");
        var events = StripeEvents.OfSession(session).Concat(StripeEvents.OfCharge(charge));
        if (charge?["disputed"] is not JsonValue disputed || !disputed.TryGetValue(out bool isDisputed) || !isDisputed) return [.. events];

        var disputes = await Call(
            HttpMethod.Get, $"v1/disputes?payment_intent={Uri.EscapeDataString(StripeEvents.Id(session, "payment_intent") ?? "")}", null, null, cancellation);
        return [.. events, .. disputes.Objects("data").SelectMany(StripeEvents.OfDispute)];
    }

    // A dispute carries no metadata of ours: the payment intent it is about does.
    private async Task<string?> PaymentOf(JsonObject about, CancellationToken cancellation)
    {
        var ours = about.Object("metadata").Text(StripeEvents.Metadata);
        if (ours is null && StripeEvents.Id(about, "payment_intent") is { } intent)
            ours = (await Call(HttpMethod.Get, $"v1/payment_intents/{Uri.EscapeDataString(intent)}", null, null, cancellation)).Object("metadata").Text(StripeEvents.Metadata);
        return Payment.IsId(ours) ? ours : null;
    }

    private async Task<JsonObject> Call(HttpMethod method, string path, HttpContent? body, string? idempotencyKey, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(options.BaseAddress, path)) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.SecretKey);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await http.SendAsync(request, cancellation);
        return await response.Json($"Stripe {method} {path}", cancellation);
    }
}
