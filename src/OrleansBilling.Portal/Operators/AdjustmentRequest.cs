using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Credits;
using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal.Operators;

/// <summary>Which way an adjustment goes.</summary>
internal enum AdjustmentDirection
{
    /// <summary>To the tenant.</summary>
    Credit = 1,

    /// <summary>From the tenant.</summary>
    Debit = 2,
}

/// <summary>An adjustment to make.</summary>
/// <param name="Direction">Credit or debit.</param>
/// <param name="Amount">Above zero.</param>
/// <param name="Currency">That of the balance.</param>
/// <param name="Target">The top-up part, or billing-plan or voucher credit.</param>
/// <param name="Reason">Why; the tenant sees it.</param>
/// <param name="Lot">A debit from plan or voucher credit: the lot. A credit: the new lot's id; null: made from the Idempotency-Key.</param>
/// <param name="Products">What a new lot pays for; none: everything.</param>
/// <param name="Expires">Until when a new lot pays; null: for ever.</param>
internal sealed record AdjustmentRequest(
    AdjustmentDirection Direction, Amount Amount, Currency Currency, CreditKind Target, string Reason, string? Lot = null, string[]? Products = null, DateTimeOffset? Expires = null)
{
    public IResult? Refusal()
    {
        if ((Money.Refusal(Amount) ?? Operators.Reason.Refusal(Reason)) is { } refusal) return refusal;
        foreach (var product in Products ?? [])
            if (!Product.Exists(product)) return Product.Unknown(product);
        // A new lot has a name of one part; one that there is may be a plan's (plan/ID/PERIOD).
        if (Lot is null ? IsDebit && !IsTopUp : !(IsDebit ? Lot.Split('/') : [Lot]).All(BalanceId.IsId))
            return Problem.Of(422, "invalid_lot", "A debit from plan or voucher credit names its lot: 1 to 64 letters, digits, '-', '_' or '.' within.", ("at", "$.lot"));
        return IsTopUp && (Lot is not null || Products is { Length: > 0 } || Expires is not null) || IsDebit && (Products is { Length: > 0 } || Expires is not null)
            ? Problem.Of(422, "invalid_target", "Only a credit of plan or voucher kind makes a lot, which has products and an end.", ("at", "$.target"))
            : null;
    }

    public AdjustBalance Command(IdempotencyKey key) => new(
        key.Operation, Currency, IsDebit ? -Amount : Amount, Target, IsTopUp ? null : Lot ?? key.IdOf("lot"), Products ?? [], Expires, Reason);

    private bool IsDebit => Direction == AdjustmentDirection.Debit;

    private bool IsTopUp => Target == CreditKind.TopUp;
}
