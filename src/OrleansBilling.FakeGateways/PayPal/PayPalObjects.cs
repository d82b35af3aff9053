using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansBilling.FakeGateways.PayPal;

/// <summary>A payment as PayPal's objects tell it.</summary>
internal static class PayPalObjects
{
    public static JsonObject Order(FakePayment payment)
    {
        var unit = new JsonObject { ["custom_id"] = payment.Payment, ["invoice_id"] = payment.Payment, ["amount"] = Money(payment, payment.Amount) };
        if (payment.Status is "paid" or "pending" or "failed")
        {
            unit["payments"] = new JsonObject
            {
                ["captures"] = new JsonArray(Capture(payment)),
                ["refunds"] = new JsonArray([.. payment.Refunds.Select((_, index) => Refund(payment, index, named: true))]),
            };
        }
        return new JsonObject
        {
            ["id"] = payment.Id,
            ["intent"] = "CAPTURE",
            ["status"] = payment.Status switch { "open" => "PAYER_ACTION_REQUIRED", "approved" => "APPROVED", "expired" => "VOIDED", _ => "COMPLETED" },
            ["purchase_units"] = new JsonArray(unit),
        };
    }

    public static JsonObject Capture(FakePayment payment) => new()
    {
        ["id"] = CaptureId(payment),
        ["status"] = payment.Status switch
        {
            "pending" => "PENDING",
            "failed" => "DECLINED",
            _ => payment.Refunds.Sum() switch { 0 => "COMPLETED", var back when back == payment.Amount => "REFUNDED", _ => "PARTIALLY_REFUNDED" },
        },
        ["custom_id"] = payment.Payment,
        ["invoice_id"] = payment.Payment,
        ["amount"] = Money(payment, payment.Amount),
    };

    // A reversal does not name our payment, only the capture.
    public static JsonObject Refund(FakePayment payment, int index, bool named)
    {
        var refund = new JsonObject
        {
            ["id"] = $"REF{payment.Reference}-{index}",
            ["status"] = "COMPLETED",
            ["amount"] = Money(payment, payment.Refunds[index]),
            ["links"] = new JsonArray(new JsonObject { ["rel"] = "up", ["href"] = $"https://api.paypal.com/v2/payments/captures/{CaptureId(payment)}" }),
        };
        if (named) refund["custom_id"] = payment.Payment;
        return refund;
    }

    private static string CaptureId(FakePayment payment) => payment.Id.Replace("ORD", "CAP", StringComparison.Ordinal);

    private static JsonObject Money(FakePayment payment, decimal amount) => new()
    {
        ["currency_code"] = payment.Currency,
        ["value"] = amount.ToString(payment.Currency == "JPY" ? "F0" : "F2", CultureInfo.InvariantCulture),
    };
}
