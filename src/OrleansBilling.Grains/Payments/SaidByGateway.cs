using OrleansBilling.Domain.Money;
using OrleansBilling.Payments;

namespace OrleansBilling.Grains.Payments;

/// <summary>A <see cref="PaymentEvent"/> on its way from where it was verified to its payment.</summary>
/// <param name="Kind">Which event.</param>
/// <param name="Name">Of the receipt, the refund or the dispute; the reason of a failure.</param>
/// <param name="Currency">As the gateway says, where it does.</param>
/// <param name="Amount">As the gateway says, where it does.</param>
/// <param name="Step">Of a dispute.</param>
[GenerateSerializer, Immutable, Alias("said-by-gateway")]
internal sealed record SaidByGateway(
    [property: Id(0)] SaidKind Kind, [property: Id(1)] string Name = "", [property: Id(2)] Currency Currency = default, [property: Id(3)] Amount? Amount = null,
    [property: Id(4)] DisputeSteps Step = DisputeSteps.None)
{
    public static SaidByGateway Of(PaymentEvent happened) => happened switch
    {
        PayerApproved => new(SaidKind.Approved),
        PaymentPending pending => new(SaidKind.Pending, Amount: pending.Claimed),
        PaymentExpired => new(SaidKind.Expired),
        PaymentFailed failed => new(SaidKind.Failed, failed.Reason, Amount: failed.Claimed),
        PaymentPaid paid => new(SaidKind.Paid, paid.Reference, paid.Currency, paid.Amount),
        PaymentRefunded refunded => new(SaidKind.Refunded, refunded.Refund, refunded.Currency, refunded.Total),
        PaymentDisputed disputed => new(SaidKind.Disputed, disputed.Dispute, disputed.Currency, disputed.Amount, disputed.Step),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "Not an event of a payment."),
    };

    public PaymentEvent ToEvent() => Kind switch
    {
        SaidKind.Approved => new PayerApproved(),
        SaidKind.Pending => new PaymentPending(Amount),
        SaidKind.Expired => new PaymentExpired(),
        SaidKind.Failed => new PaymentFailed(Name, Amount),
        SaidKind.Paid => new PaymentPaid(Name, Currency, Amount!.Value),
        SaidKind.Refunded => new PaymentRefunded(Name, Currency, Amount!.Value),
        SaidKind.Disputed => new PaymentDisputed(Name, Currency, Amount!.Value, Step),
        _ => throw new InvalidOperationException($"A gateway said {Kind}, which is unknown here."),
    };
}

/// <summary>Which event.</summary>
internal enum SaidKind
{
    Approved = 1,
    Pending = 2,
    Expired = 3,
    Failed = 4,
    Paid = 5,
    Refunded = 6,
    Disputed = 7,
}

/// <summary>The side of a payment that gateways speak to, through <see cref="GatewaysGrain"/> alone, and that whoever counts payments asks.</summary>
[Alias("payment-notifications")]
internal interface IPaymentNotifications : IGrainWithStringKey
{
    /// <summary>Takes what a gateway said, verified; answers when it is durable with everything that follows from it.</summary>
    [Alias("take")] Task<NotificationOutcome> Take(string gateway, SaidByGateway[] said);

    /// <summary>Since when the ledger lacks what the gateway has done; null: it does not.</summary>
    [Alias("uncleared-since")] Task<DateTimeOffset?> UnclearedSince();
}
