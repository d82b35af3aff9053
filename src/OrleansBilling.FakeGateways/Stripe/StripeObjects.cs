using System.Text.Json.Nodes;

namespace OrleansBilling.FakeGateways.Stripe;

/// <summary>A payment as Stripe's objects tell it.</summary>
internal static class StripeObjects
{
    public static decimal FromSmallest(string currency, long count) => currency == "USD" ? count / 100m : count;

    public static JsonObject Session(FakePayment payment, bool expanded = false) => new()
    {
        ["id"] = payment.Id,
        ["object"] = "checkout.session",
        ["mode"] = "payment",
        ["client_reference_id"] = payment.Payment,
        ["metadata"] = new JsonObject { ["payment"] = payment.Payment },
        ["currency"] = payment.Currency.ToLowerInvariant(),
        ["amount_total"] = Smallest(payment, payment.Amount),
        ["status"] = payment.Status switch { "open" => "open", "expired" => "expired", _ => "complete" },
        ["payment_status"] = payment.Status == "paid" ? "paid" : "unpaid",
        ["payment_intent"] = payment.Status is "open" or "expired" ? null : expanded ? Intent(payment) : $"pi_{payment.Id}",
    };

    public static JsonObject Intent(FakePayment payment) => new()
    {
        ["id"] = $"pi_{payment.Id}",
        ["object"] = "payment_intent",
        ["metadata"] = new JsonObject { ["payment"] = payment.Payment },
        ["latest_charge"] = payment.Status == "paid" ? Charge(payment) : null,
    };

    public static JsonObject Charge(FakePayment payment) => new()
    {
        ["id"] = $"ch_{payment.Reference}",
        ["object"] = "charge",
        ["metadata"] = new JsonObject { ["payment"] = payment.Payment },
        ["payment_intent"] = $"pi_{payment.Id}",
        ["currency"] = payment.Currency.ToLowerInvariant(),
        ["amount"] = Smallest(payment, payment.Amount),
        ["amount_refunded"] = Smallest(payment, payment.Refunds.Sum()),
        ["disputed"] = payment.Dispute is not null,
    };

    // Without our metadata, as Stripe has it.
    public static JsonObject Dispute(FakePayment payment) => new()
    {
        ["id"] = $"dp_{payment.Reference}",
        ["object"] = "dispute",
        ["metadata"] = new JsonObject(),
        ["charge"] = $"ch_{payment.Reference}",
        ["payment_intent"] = $"pi_{payment.Id}",
        ["currency"] = payment.Currency.ToLowerInvariant(),
        ["amount"] = Smallest(payment, payment.Amount),
        ["status"] = payment.Dispute,
        ["balance_transactions"] = payment.Withdrawn ? new JsonArray(new JsonObject { ["amount"] = -Smallest(payment, payment.Amount) }) : [],
    };

    private static long Smallest(FakePayment payment, decimal amount) => (long)(payment.Currency == "USD" ? amount * 100 : amount);
}
