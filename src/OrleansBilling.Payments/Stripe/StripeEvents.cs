using System.Text.Json.Nodes;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments.Stripe;

/// <summary>What Stripe's objects say, in our words. Unknown fields and types say nothing.</summary>
internal static class StripeEvents
{
    /// <summary>Where our payment's id travels, in the metadata of session, intent and charge.</summary>
    public const string Metadata = "payment";

    /// <summary>What an event of a type says about its object.</summary>
    public static IReadOnlyList<PaymentEvent> Of(string? type, JsonObject about) => type switch
    {
        "checkout.session.completed" or "checkout.session.async_payment_succeeded" => OfCompleted(about),
        "checkout.session.async_payment_failed" => [new PaymentFailed("async_payment_failed")],
        "checkout.session.expired" => [new PaymentExpired()],
        "charge.refunded" => OfCharge(about),
        "charge.dispute.created" => OfDispute(about, DisputeSteps.Opened),
        "charge.dispute.funds_withdrawn" => OfDispute(about, DisputeSteps.Withdrawn),
        "charge.dispute.funds_reinstated" => OfDispute(about, DisputeSteps.Reinstated),
        "charge.dispute.closed" => OfDispute(about, Closed(about)),
        _ => [],
    };

    /// <summary>What a session that is asked for says by itself.</summary>
    public static IReadOnlyList<PaymentEvent> OfSession(JsonObject session) => session.Text("status") switch
    {
        "complete" => OfCompleted(session),
        "expired" => [new PaymentExpired()],
        _ => [],
    };

    /// <summary>The running total of a charge's refunds.</summary>
    public static IReadOnlyList<PaymentEvent> OfCharge(JsonObject? charge) =>
        charge.Text("id") is { } id && Money(charge, "amount_refunded") is { Amount.Micros: > 0 } refunded
            ? [new PaymentRefunded(id, refunded.Currency, refunded.Amount)]
            : [];

    /// <summary>A dispute that is asked for: everything that has happened in it.</summary>
    public static IReadOnlyList<PaymentEvent> OfDispute(JsonObject dispute)
    {
        var withdrawn = dispute.Objects("balance_transactions").Any() ? DisputeSteps.Withdrawn : DisputeSteps.None;
        return OfDispute(dispute, DisputeSteps.Opened | withdrawn | Closed(dispute));
    }

    /// <summary>The id of an object that may be given by its id alone, or expanded.</summary>
    public static string? Id(JsonObject about, string name) => about.Text(name) ?? about.Object(name).Text("id");

    // A session is complete when the payer is done, which for a transfer is before the money moves.
    private static IReadOnlyList<PaymentEvent> OfCompleted(JsonObject session) =>
        session.Text("payment_status") is null or "unpaid" ? [new PaymentPending()]
        : (Id(session, "payment_intent") ?? session.Text("id")) is { } reference && Money(session, "amount_total") is { } paid
            ? [new PaymentPaid(reference, paid.Currency, paid.Amount)]
            : [];

    private static IReadOnlyList<PaymentEvent> OfDispute(JsonObject dispute, DisputeSteps steps) =>
        steps != DisputeSteps.None && dispute.Text("id") is { } id && Money(dispute, "amount") is { } disputed
            ? [new PaymentDisputed(id, disputed.Currency, disputed.Amount, steps)]
            : [];

    // An inquiry that comes to nothing is closed with a warning: no money moved.
    private static DisputeSteps Closed(JsonObject dispute) => dispute.Text("status") switch
    {
        "won" or "warning_closed" => DisputeSteps.Won,
        "lost" => DisputeSteps.Lost,
        _ => DisputeSteps.None,
    };

    private static (Currency Currency, Amount Amount)? Money(JsonObject? about, string name) =>
        CurrencyCode.Find(about.Text("currency")?.ToUpperInvariant()) is { } currency && about.Number(name) is { } count
        && GatewayUnits.FromSmallest(currency, count) is { } amount ? (currency, amount) : null;
}
