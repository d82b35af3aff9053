using System.Text.Json.Nodes;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments.PayPal;

/// <summary>What PayPal's objects say, in our words. Unknown fields and types say nothing.</summary>
internal static class PayPalEvents
{
    /// <summary>What an event of a type says about its resource.</summary>
    public static IReadOnlyList<PaymentEvent> Of(string? type, JsonObject about) => type switch
    {
        "CHECKOUT.ORDER.APPROVED" => [new PayerApproved()],
        "PAYMENT.CAPTURE.COMPLETED" => Paid(about),
        "PAYMENT.CAPTURE.PENDING" => [new PaymentPending()],
        "PAYMENT.CAPTURE.DENIED" or "PAYMENT.CAPTURE.DECLINED" => [new PaymentFailed("denied")],
        "PAYMENT.CAPTURE.REFUNDED" or "PAYMENT.CAPTURE.REVERSED" => Refunded(about),
        _ => [],
    };

    /// <summary>Everything that an order which is asked for says.</summary>
    public static IEnumerable<PaymentEvent> OfOrder(JsonObject order)
    {
        if (order.Text("status") == "VOIDED") yield return new PaymentExpired();
        foreach (var payments in order.Objects("purchase_units").Select(unit => unit.Object("payments")))
        {
            foreach (var happened in payments.Objects("captures").SelectMany(OfCapture)) yield return happened;
            foreach (var happened in payments.Objects("refunds").Where(refund => refund.Text("status") == "COMPLETED").SelectMany(Refunded)) yield return happened;
        }
    }

    /// <summary>Our payment's id, where an object carries it.</summary>
    public static string? PaymentOf(JsonObject about) =>
        about.Objects("purchase_units").Prepend(about).Select(part => part.Text("custom_id") ?? part.Text("invoice_id")).FirstOrDefault(Payment.IsId);

    /// <summary>The capture that a refund is of: PayPal links to it as <c>up</c>.</summary>
    public static string? CaptureOf(JsonObject about) =>
        about.Objects("links").FirstOrDefault(link => link.Text("rel") == "up").Text("href") is { } link && Uri.TryCreate(link, UriKind.Absolute, out var address)
            ? address.Segments[^1]
            : null;

    private static IReadOnlyList<PaymentEvent> OfCapture(JsonObject capture) => capture.Text("status") switch
    {
        // What was refunded later was paid before.
        "COMPLETED" or "REFUNDED" or "PARTIALLY_REFUNDED" => Paid(capture),
        "PENDING" => [new PaymentPending()],
        "DECLINED" or "FAILED" => [new PaymentFailed(capture.Object("status_details").Text("reason") ?? "declined")],
        _ => [],
    };

    private static IReadOnlyList<PaymentEvent> Paid(JsonObject capture) =>
        capture.Text("id") is { } id && Money(capture) is { } paid ? [new PaymentPaid(id, paid.Currency, paid.Amount)] : [];

    private static IReadOnlyList<PaymentEvent> Refunded(JsonObject refund) =>
        refund.Text("id") is { } id && Money(refund) is { } back ? [new PaymentRefunded(id, back.Currency, back.Amount)] : [];

    private static (Currency Currency, Amount Amount)? Money(JsonObject about) =>
        about.Object("amount") is { } money && CurrencyCode.Find(money.Text("currency_code")) is { } currency && Amount.TryParse(money.Text("value"), out var amount)
            ? (currency, amount)
            : null;
}
