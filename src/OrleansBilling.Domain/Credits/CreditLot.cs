using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;

namespace OrleansBilling.Domain.Credits;

/// <summary>Where a lot stands in its life.</summary>
public enum LotState
{
    /// <summary>Granted, not effective yet: no part of the balance.</summary>
    Pending = 1,

    /// <summary>Pays.</summary>
    Active = 2,

    /// <summary>Its expiry has passed and what was left has gone.</summary>
    Ended = 3,

    /// <summary>Nothing was left of it when its expiry passed, or when an operator took it back.</summary>
    Spent = 4,

    /// <summary>An operator took it back: what was left has gone, or it never became effective.</summary>
    Revoked = 5,
}

/// <summary>
/// A portion of billing-plan or voucher credit. It pays for seconds used in <c>[Effective, Expires)</c> and for no others
/// (policy 2.6), and 0 ≤ <see cref="Remaining"/> ≤ <see cref="Granted"/> at all times (M3).
/// </summary>
/// <param name="Id">Unique within the balance.</param>
/// <param name="Ordinal">Its place in the order of arrival.</param>
/// <param name="Kind">Billing plan or voucher.</param>
/// <param name="Scope">What it pays for.</param>
/// <param name="Granted">The amount it started with, above zero.</param>
/// <param name="Remaining">What is left of it.</param>
/// <param name="Effective">The instant from which it pays.</param>
/// <param name="Expires">The instant from which it does not pay any more; null: never.</param>
/// <param name="State">Where it stands in its life.</param>
/// <param name="Operation">The caller's id of the grant.</param>
/// <param name="Fingerprint">The content of the grant, so that the same id with other content can be refused (M5).</param>
public sealed record CreditLot(
    string Id,
    int Ordinal,
    CreditKind Kind,
    Scope Scope,
    Amount Granted,
    Amount Remaining,
    DateTimeOffset Effective,
    DateTimeOffset? Expires,
    LotState State,
    string Operation,
    string Fingerprint)
{
    /// <summary>The name that ledger lines give to the top-up part, which is one portion and no lot.</summary>
    public const string TopUp = "topUp";

    /// <summary>Whether a text can name a new lot: no blank, not the top-up part's name, and not as those of plans.</summary>
    public static bool IsId(string? text) => !string.IsNullOrWhiteSpace(text) && text != TopUp && !text.StartsWith(Plan.Lots, StringComparison.Ordinal);

    /// <summary>Whether it is over: nothing is left of it, and what is given back to it leaves again at once (policy 3.9).</summary>
    public bool HasEnded => State is LotState.Ended or LotState.Spent or LotState.Revoked;

    /// <summary>Whether it can pay for the product now.</summary>
    public bool Pays(ProductCode product) => State == LotState.Active && Remaining > Amount.Zero && Scope.Covers(product);

    /// <summary>When to tell that it ends: so long before, within its life; null when there is nothing to tell.</summary>
    public DateTimeOffset? ExpiryWarning(TimeSpan before) =>
        State == LotState.Active && Remaining > Amount.Zero && Expires - before is { } at && at > Effective ? at : null;

    /// <summary>
    /// The order of use (policy 2.4, 2.5): plan before voucher; within a kind the soonest expiry first, then the narrower scope,
    /// then the oldest.
    /// </summary>
    public static readonly Comparer<CreditLot> OrderOfUse = Comparer<CreditLot>.Create((left, right) =>
    {
        var order = left.Kind.CompareTo(right.Kind);
        if (order == 0) order = (left.Expires ?? DateTimeOffset.MaxValue).CompareTo(right.Expires ?? DateTimeOffset.MaxValue);
        if (order == 0) order = left.Scope.Breadth.CompareTo(right.Scope.Breadth);
        return order != 0 ? order : left.Ordinal.CompareTo(right.Ordinal);
    });
}
