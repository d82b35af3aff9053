using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments.PayPal;

/// <summary>PayPal Orders v2: one order a payment, captured when the payer has approved it, and the events of its webhook.</summary>
public sealed class PayPalGateway(HttpClient http, PayPalOptions options, TimeProvider clock) : IPaymentGateway
{
    /// <summary>Its name.</summary>
    public const string GatewayName = "paypal";

    private const long LargestAmount = 9_999_999_99;

    private static readonly TimeSpan ahead = TimeSpan.FromMinutes(5);

    private readonly PayPalApi api = new(http, options, clock);
    private readonly PayPalCertificates certificates = new(http, options, clock);

    /// <inheritdoc/>
    public string Name => GatewayName;

    /// <inheritdoc/>
    public string? Refusal(Currency currency, Amount amount) =>
        currency != Currency.Vnd && GatewayUnits.Smallest(currency, amount) is >= 1 and <= LargestAmount ? null : "PayPal takes whole US cents and whole JPY, in at most 7 digits before the point.";

    /// <inheritdoc/>
    public async Task<PaymentPage> Create(Payment payment, CancellationToken cancellation)
    {
        if (Refusal(payment.Currency, payment.Amount) is { } refusal) throw new GatewayException(refusal);
        var back = payment.ReturnTo?.AbsoluteUri ?? throw new ArgumentException("The payer must come back somewhere.", nameof(payment));
        var order = new JsonObject
        {
            ["intent"] = "CAPTURE",
            ["purchase_units"] = new JsonArray(new JsonObject
            {
                ["custom_id"] = payment.Id,
                ["invoice_id"] = payment.Id,
                ["description"] = "Top-up",
                ["amount"] = new JsonObject { ["currency_code"] = payment.Currency.Code(), ["value"] = GatewayUnits.Decimal(payment.Currency, payment.Amount) },
            }),
            ["payment_source"] = new JsonObject
            {
                ["paypal"] = new JsonObject
                {
                    ["experience_context"] = new JsonObject
                    {
                        ["return_url"] = back,
                        ["cancel_url"] = back,
                        ["user_action"] = "PAY_NOW",
                        ["shipping_preference"] = "NO_SHIPPING",
                        // PayPal does not speak Vietnamese.
                        ["locale"] = payment.Language == "ja" ? "ja-JP" : "en-US",
                    },
                },
            },
        };
        var made = await api.Post("v2/checkout/orders", order.ToJsonString(), payment.Id, cancellation);
        var page = made.Objects("links").FirstOrDefault(link => link.Text("rel") is "payer-action" or "approve").Text("href");
        return made.Text("id") is { } id && Uri.TryCreate(page, UriKind.Absolute, out var address)
            ? new PaymentPage(id, address)
            : throw new GatewayException("PayPal made an order without id or page.");
    }

    /// <inheritdoc/>
    public async Task<Notification> Read(NotificationRequest request, CancellationToken cancellation)
    {
        if (PayPalTransmission.Of(request) is not { } transmission) return Refused("A header is missing.");
        if (transmission.SentAt is not { } sent || sent < request.ReceivedAt - options.Oldest || sent > request.ReceivedAt + ahead) return Refused($"It was sent at {transmission.Time}.");
        if (GatewayCall.Parse(request.Body.Span) is not { } notification) return Refused("The body is no JSON object.");
        if (!await Verifies(transmission, request.Body, cancellation)) return Refused("The signature is wrong, or its certificate is not PayPal's.");

        if (notification.Object("resource") is not { } about) return VerifiedNotification.Nothing;
        var events = PayPalEvents.Of(notification.Text("event_type"), about);
        if (events.Count == 0) return VerifiedNotification.Nothing;
        return await PaymentOf(about, cancellation) is { } payment ? new VerifiedNotification(payment, events) : VerifiedNotification.Nothing;
    }

    /// <inheritdoc/>
    public GatewayAnswer Answer(NotificationOutcome outcome) => GatewayAnswer.Of(outcome);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PaymentEvent>> Ask(Payment payment, string reference, CancellationToken cancellation)
    {
        var path = $"v2/checkout/orders/{Uri.EscapeDataString(reference)}";
        using var response = await api.Send(HttpMethod.Get, path, null, null, cancellation);
        // PayPal forgets orders that nobody approved.
        if (response.StatusCode == HttpStatusCode.NotFound) return clock.GetUtcNow() > payment.ExpiresAt ? [new PaymentExpired()] : [];
        var order = await response.Json($"PayPal order {reference}", cancellation);
        if (order.Text("status") == "APPROVED") order = await Capture(payment, path, cancellation) ?? order;
        if (PayPalEvents.PaymentOf(order) is { } other && other != payment.Id) throw new GatewayException($"PayPal's order {reference} is not of payment {payment.Id}.");
        return [.. PayPalEvents.OfOrder(order)];
    }

    // Null when PayPal does not: the payer's card was declined and the payer may choose another, or somebody else captured it just now. The next question will tell.
    private async Task<JsonObject?> Capture(Payment payment, string path, CancellationToken cancellation)
    {
        using var response = await api.Send(HttpMethod.Post, $"{path}/capture", "{}", $"capture-{payment.Id}", cancellation);
        return response.StatusCode == HttpStatusCode.UnprocessableEntity ? null : await response.Json($"PayPal capture of {path}", cancellation);
    }

    private async Task<bool> Verifies(PayPalTransmission transmission, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        if (options.Verification == PayPalVerification.Api) return await ApiVerifies(transmission, body, cancellation);
        using var key = await certificates.Key(transmission.Certificate, cancellation);
        return key is not null && PayPalSignature.Matches(transmission, options.WebhookId, body.Span, key);
    }

    // The event goes back letter by letter: written anew it would have another checksum.
    private async Task<bool> ApiVerifies(PayPalTransmission transmission, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var question = $$"""
            {"auth_algo":{{Quoted(transmission.Algorithm)}},"cert_url":{{Quoted(transmission.Certificate.OriginalString)}},"transmission_id":{{Quoted(transmission.Id)}},
            "transmission_sig":{{Quoted(transmission.Signature)}},"transmission_time":{{Quoted(transmission.Time)}},"webhook_id":{{Quoted(options.WebhookId)}},
            "webhook_event":{{Encoding.UTF8.GetString(body.Span)}}}
            """;
        return (await api.Post("v1/notifications/verify-webhook-signature", question, null, cancellation)).Text("verification_status") == "SUCCESS";
    }

    // A refund or reversal that does not name our payment names its capture, which does.
    private async Task<string?> PaymentOf(JsonObject about, CancellationToken cancellation)
    {
        if (PayPalEvents.PaymentOf(about) is { } ours) return ours;
        return PayPalEvents.CaptureOf(about) is { } capture ? PayPalEvents.PaymentOf(await api.Get($"v2/payments/captures/{Uri.EscapeDataString(capture)}", cancellation)) : null;
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static RefusedNotification Refused(string reason) => new(reason, new GatewayAnswer(400, "signature"));
}
