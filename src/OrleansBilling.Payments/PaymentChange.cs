using System.Collections.Immutable;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments;

/// <summary>What an event makes of a payment.</summary>
/// <param name="Next">The state from now on.</param>
/// <param name="Postings">What the ledger owes because of it, in this order.</param>
/// <param name="Outcome">What the gateway is told, when this is durable.</param>
public sealed record PaymentChange(PaymentState Next, ImmutableArray<PaymentPosting> Postings, NotificationOutcome Outcome);

/// <summary>One posting, of top-up credit.</summary>
/// <param name="Kind">Which way.</param>
/// <param name="Operation">Its id in the ledger, the same however often it is repeated (M5).</param>
/// <param name="Amount">Above zero, in the payment's currency.</param>
/// <param name="OfDispute">Whether it comes of a dispute: what goes back is of a refund otherwise.</param>
public sealed record PaymentPosting(PostingKind Kind, string Operation, Amount Amount, bool OfDispute = false);

/// <summary>Which way a posting goes.</summary>
public enum PostingKind
{
    /// <summary>Paid in: top-up credit arrives.</summary>
    Credit = 1,

    /// <summary>Refunded, reversed or disputed: taken from the top-up part, which may fall below zero.</summary>
    TakeBack = 2,

    /// <summary>A dispute was decided for us, or the gateway gave back: top-up credit returns.</summary>
    GiveBack = 3,

    /// <summary>It came to nothing: no entry, but the tenant is told. Made by who stores the payment.</summary>
    Failure = 4,
}
