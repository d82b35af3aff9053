using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Adjustments;

/// <summary>What an operator puts right in a balance.</summary>
/// <param name="Operation">The caller's id: the adjustment's name, done once (M5).</param>
/// <param name="Currency">Must be the balance's.</param>
/// <param name="Change">Above zero: a credit; below: a debit. Not zero.</param>
/// <param name="Target">The top-up part, or billing-plan or voucher credit: a credit makes a new lot, a debit takes from one that pays now.</param>
/// <param name="Lot">The lot's id; null with the top-up part.</param>
/// <param name="Products">What a new lot pays for; empty: everything.</param>
/// <param name="Expires">From when a new lot does not pay any more; null: never.</param>
/// <param name="Reason">Why, for the record and for the tenant; not empty.</param>
[GenerateSerializer, Immutable, Alias("adjust-balance")]
public sealed record AdjustBalance(
    [property: Id(0)] string Operation, [property: Id(1)] Currency Currency, [property: Id(2)] Amount Change, [property: Id(3)] CreditKind Target, [property: Id(4)] string? Lot,
    [property: Id(5)] string[] Products, [property: Id(6)] DateTimeOffset? Expires, [property: Id(7)] string Reason);

/// <summary>An operator, as the caller has signed them in.</summary>
/// <param name="Name">The name, recorded with what they do.</param>
/// <param name="HasOwnKey">They have shown a key that nobody else has. Otherwise the name is only what they said.</param>
[GenerateSerializer, Immutable, Alias("acting-operator")]
public sealed record ActingOperator([property: Id(0)] string Name, [property: Id(1)] bool HasOwnKey);

/// <summary>What became of an adjustment, or of a billing plan that an operator makes.</summary>
public enum AdjustmentResult
{
    /// <summary>Posted, now or earlier under the same id; a plan: made.</summary>
    Posted = 1,

    /// <summary>Stored, and waits for a second operator. Nothing is posted.</summary>
    AwaitingApproval = 2,

    /// <summary>The balance refuses it: see the posting's or the plan's result. Nothing changed.</summary>
    Refused = 3,

    /// <summary>The id was used before with other content. Nothing changed.</summary>
    OperationReused = 4,

    /// <summary>Above the limit both operators need keys of their own: this one's name is only what they said.</summary>
    OwnKeyRequired = 5,

    /// <summary>Who asked for it cannot approve it.</summary>
    SameOperator = 6,

    /// <summary>None of that id waits: there is none, or it was withdrawn.</summary>
    Unknown = 7,

    /// <summary>Withdrawn, now or earlier. Nothing was posted.</summary>
    Withdrawn = 8,

    /// <summary>As many wait already as are kept: decide some of them first.</summary>
    TooManyWaiting = 9,
}

/// <summary>The answer to an adjustment or an approval.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Posting">What the balance said to an adjustment; null when it was not asked.</param>
/// <param name="Plan">What the balance said to a plan; null when it was not asked.</param>
[GenerateSerializer, Immutable, Alias("adjustment-reply")]
public sealed record AdjustmentReply(
    [property: Id(0)] AdjustmentResult Result, [property: Id(1)] PostingReply? Posting = null, [property: Id(2)] PlanResult? Plan = null);

/// <summary>What an adjustment would do now. Nothing is changed by asking.</summary>
/// <param name="Result">What the balance would answer.</param>
/// <param name="EntryNumber">The number of its entry: that it would have, or has already; 0 when it is refused.</param>
/// <param name="Entries">The entries that would be posted: the adjustment, and usage that is settled before it. Empty when it is refused, or was posted already.</param>
/// <param name="Total">The posted total after it.</param>
/// <param name="Live">Live spendable on <c>gpu-vm</c> after it.</param>
/// <param name="Standing">The step of running out after it.</param>
/// <param name="DeletionAt">When the VMs would be deleted after it; null: none would be due, or a hold would keep it from happening.</param>
/// <param name="Orders">The orders that it would make: VMs that stop, or resume.</param>
/// <param name="NeedsApproval">Above the limit: a second operator must approve it.</param>
[GenerateSerializer, Immutable, Alias("adjustment-preview")]
public sealed record AdjustmentPreview(
    [property: Id(0)] PostingResult Result, [property: Id(1)] long EntryNumber, [property: Id(2)] EntryView[] Entries, [property: Id(3)] Amount Total, [property: Id(4)] Amount Live,
    [property: Id(5)] StandingLevel Standing, [property: Id(6)] DateTimeOffset? DeletionAt, [property: Id(7)] Vms.OrderView[] Orders, [property: Id(8)] bool NeedsApproval = false);

/// <summary>An adjustment, or a billing plan, that waits for a second operator.</summary>
/// <param name="Adjustment">What was asked for; of a plan its credit, with its name as the reason and its end.</param>
/// <param name="By">Who asked.</param>
/// <param name="At">When.</param>
/// <param name="Plan">The whole plan; null: it is an adjustment.</param>
[GenerateSerializer, Immutable, Alias("waiting-adjustment")]
public sealed record WaitingAdjustment(
    [property: Id(0)] AdjustBalance Adjustment, [property: Id(1)] string By, [property: Id(2)] DateTimeOffset At, [property: Id(3)] MakePlan? Plan = null);
