using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

/// <summary>What an operator puts right, by hand: credit that was missing, or credit that was too much.</summary>
/// <param name="Currency">Must be the balance's; fixes it when it has none (policy 1.4).</param>
/// <param name="Change">Above zero: a credit; below: a debit. Not zero.</param>
/// <param name="Target">
/// What changes. The top-up part, which a debit may take below zero (policy 2.8); or a billing-plan or voucher lot: a credit makes a new one, a debit takes from one that
/// pays now, at most what is left of it (M3).
/// </param>
/// <param name="Lot">The lot's id, with a plan or voucher as the target; null with the top-up part.</param>
/// <param name="Scope">What a new lot pays for; all products otherwise.</param>
/// <param name="Expires">From when a new lot does not pay any more; null: never.</param>
public sealed record Adjustment(Currency Currency, Amount Change, CreditKind Target, string? Lot, Scope Scope, DateTimeOffset? Expires)
{
    /// <summary>The content under an operation id (M5).</summary>
    internal string Fingerprint => $"adjust|{Currency.Code()}|{Change}|{Target}|{Lot}|{Scope}|{Expires:O}";

    /// <summary>The adjustment itself, when it makes sense.</summary>
    /// <exception cref="ArgumentException">Says what does not.</exception>
    public Adjustment Checked()
    {
        if (Change == Amount.Zero) throw new ArgumentException("An adjustment of zero changes nothing.");
        if (!Enum.IsDefined(Target)) throw new ArgumentException($"{Target} is no kind of credit.");
        if (Target == CreditKind.TopUp && (Lot is not null || Expires is not null || Scope != Scope.AllProducts))
            throw new ArgumentException("The top-up part is no lot, pays for every product and never ends.");
        if (Target != CreditKind.TopUp && !(Change > Amount.Zero ? CreditLot.IsId(Lot) : Lot is not (null or CreditLot.TopUp))) throw new ArgumentException($"'{Lot}' cannot be the id of a lot.");
        if (Change < Amount.Zero && (Expires is not null || Scope != Scope.AllProducts)) throw new ArgumentException("A debit makes no lot: it has neither products nor an end.");
        return this;
    }
}
