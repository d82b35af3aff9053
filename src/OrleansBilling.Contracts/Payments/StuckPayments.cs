using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Payments;

/// <summary>Money that a gateway has received and a balance refuses. It is tried again once a day, and ends when it went back to the payer or an operator has settled it.</summary>
/// <param name="Tenant">Whose balance refuses it.</param>
/// <param name="Payment">The payment.</param>
/// <param name="Owed">What is owed, in the payment's currency: received, less what went back.</param>
/// <param name="Reason">Why the balance refuses it.</param>
/// <param name="Since">When it was first refused, in business time.</param>
[GenerateSerializer, Immutable, Alias("stuck-payment-view")]
public sealed record StuckPaymentView(
    [property: Id(0)] string Tenant, [property: Id(1)] PaymentView Payment, [property: Id(2)] Amount Owed, [property: Id(3)] PostingResult Reason, [property: Id(4)] DateTimeOffset Since);

/// <summary>An operator's word that a stuck payment was dealt with outside the ledger, e.g. paid back by bank. Nothing is posted for it any more.</summary>
/// <param name="Region">Of the payment.</param>
/// <param name="By">Which operator.</param>
/// <param name="Reason">How, for people.</param>
[GenerateSerializer, Immutable, Alias("settle-payment")]
public sealed record SettlePayment([property: Id(0)] string Region, [property: Id(1)] string By, [property: Id(2)] string Reason);

/// <summary>What became of <see cref="SettlePayment"/>.</summary>
public enum SettlementResult
{
    /// <summary>Settled, now or since the same word earlier.</summary>
    Settled = 1,

    /// <summary>The region has no such payment.</summary>
    UnknownPayment = 2,

    /// <summary>Nothing of it is stuck.</summary>
    NotStuck = 3,
}

/// <summary>The answer to <see cref="SettlePayment"/>.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Payment">The payment, when it was settled.</param>
[GenerateSerializer, Immutable, Alias("settlement-reply")]
public sealed record SettlementReply([property: Id(0)] SettlementResult Result, [property: Id(1)] PaymentView? Payment = null);
