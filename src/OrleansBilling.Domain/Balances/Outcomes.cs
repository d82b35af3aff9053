using System.Collections.Immutable;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

/// <summary>What became of a command that grants credit or charges a product. Listed by precedence.</summary>
public enum PostingResult
{
    /// <summary>Done, now or earlier under the same id.</summary>
    Posted = 1,

    /// <summary>Stored; the lot becomes effective later.</summary>
    Pending = 2,

    /// <summary>The id was used before with other content (M5). Nothing changed.</summary>
    OperationReused = 3,

    /// <summary>The balance has another currency (policy 1.4). Nothing changed.</summary>
    OtherCurrency = 4,

    /// <summary>A lot of that id exists. Nothing changed.</summary>
    LotExists = 5,

    /// <summary>The credit would have ended before it begins, or before now. Nothing changed.</summary>
    AlreadyExpired = 6,

    /// <summary>There is no lot of that id and kind that pays now. Nothing changed.</summary>
    UnknownLot = 7,

    /// <summary>Less is left of the lot than was to be taken from it (M3). Nothing was taken.</summary>
    LotTooSmall = 8,

    /// <summary>
    /// More than one operator alone may give or take: nothing changed, and an adjustment is the way that two decide. Said by who looks at the limit before the balance is asked.
    /// </summary>
    NeedsApproval = 9,

    /// <summary>The balance has no currency yet, and there is no exchange rate into this one in force: nothing could be priced in it (policy 1.4, 3.7). Nothing changed.</summary>
    NoRate = 10,
}

/// <summary>The answer to a command that posts. The same command under the same id gets the same answer.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="EntryNumber">The ledger entry; 0 when there is none.</param>
public readonly record struct PostingOutcome(PostingResult Result, long EntryNumber);

/// <summary>What became of a command about a billing plan. Listed by precedence.</summary>
public enum PlanResult
{
    /// <summary>Done, now or earlier under the same id.</summary>
    Done = 1,

    /// <summary>The id was used before with other content (M5). Nothing changed.</summary>
    OperationReused = 2,

    /// <summary>The balance has another currency (policy 1.4). Nothing changed.</summary>
    OtherCurrency = 3,

    /// <summary>A plan of that id exists. Nothing changed.</summary>
    PlanExists = 4,

    /// <summary>There is no plan of that id, or no such period of it.</summary>
    UnknownPlan = 5,

    /// <summary>Less than a minute before it would count, or after that: a plan's start, its cancellation, the renewal at its end. Nothing changed.</summary>
    TooLate = 6,

    /// <summary>The price list has no such package, or no price for it at the plan's start. Nothing changed.</summary>
    UnknownPackage = 7,

    /// <summary>Another plan prices the same package at the same time, or would by its renewal. Nothing changed.</summary>
    PriceOverlap = 8,

    /// <summary>More would be paid than is due, or less than nothing. Nothing changed.</summary>
    PaymentOutOfRange = 9,

    /// <summary>The plan was cancelled: nothing more is paid for it. What was recorded too much can still be taken back.</summary>
    PlanCancelled = 10,

    /// <summary>
    /// More than one operator alone may give: nothing changed, and a plan that renews, made anew, is the way that two decide. Said by who looks at the limit before the balance is asked.
    /// </summary>
    NeedsApproval = 11,

    /// <summary>The balance has no currency yet, and there is no exchange rate into this one in force (policy 1.4, 3.7). Nothing changed.</summary>
    NoRate = 12,
}

/// <summary>What the ledger knows of an operation id.</summary>
/// <param name="Fingerprint">The content under that id.</param>
/// <param name="EntryNumber">Its entry; 0 for a lot that is not effective yet.</param>
public readonly record struct KnownOperation(string Fingerprint, long EntryNumber);

/// <summary>What became of the choice of a currency (policy 1.4).</summary>
public enum CurrencyResult
{
    /// <summary>It is the balance's, now or since before.</summary>
    Chosen = 1,

    /// <summary>The balance has another one, which stays.</summary>
    OtherCurrency = 2,

    /// <summary>There is no exchange rate into it in force: nothing could be priced in it. Nothing changed (policy 3.7).</summary>
    NoRate = 3,
}

/// <summary>Whether a request that needs credit may go on.</summary>
public enum AdmissionResult
{
    /// <summary>Yes. A new VM counts from now on.</summary>
    Admitted = 1,

    /// <summary>Below one hour's cost (policy 4.1).</summary>
    Refused = 2,

    /// <summary>The id names a VM made by another request, or this request asked for something else before.</summary>
    OperationReused = 3,

    /// <summary>The price list has no such package, or no price in force for it.</summary>
    UnknownPackage = 4,

    /// <summary>The balance's currency is not the price list's, and there is no exchange rate in force (policy 3.7).</summary>
    NoPriceInCurrency = 5,

    /// <summary>The balance has no such VM, or its deletion has begun.</summary>
    UnknownVm = 6,
}

/// <summary>The answer to a request that needs credit, with the numbers (policy 4.2).</summary>
/// <param name="Result">Whether it may go on.</param>
/// <param name="Need">One hour's cost of everything that counts.</param>
/// <param name="Have">Live spendable on <c>gpu-vm</c>.</param>
/// <param name="NotCounted">Credits that do not count: of other products, or not effective yet.</param>
public sealed record Admission(AdmissionResult Result, Amount Need, Amount Have, ImmutableArray<CreditLot> NotCounted)
{
    /// <summary>How much is missing; zero when nothing is.</summary>
    public Amount Shortfall => Have < Need ? Need - Have : Amount.Zero;
}

/// <summary>What became of a VM's reading (policy 3.11).</summary>
public enum ReadingResult
{
    /// <summary>It is the latest one now.</summary>
    Taken = 1,

    /// <summary>The same, or one through an earlier instant: nothing changed.</summary>
    NothingNew = 2,

    /// <summary>The same revision and instant with other totals: refused.</summary>
    Conflicting = 3,

    /// <summary>From the future: somebody's clock is wrong. Refused.</summary>
    FromTheFuture = 4,

    /// <summary>The balance has no such VM.</summary>
    UnknownVm = 5,

    /// <summary>The VM is ordered to be deleted: it must obey first.</summary>
    DeletionOrdered = 6,

    /// <summary>
    /// Of an earlier revision than the latest one: nothing changed, and who says it is behind. Somebody else has recorded a change of this
    /// VM since, or both were restored from a backup that is older than what the VM remembers: it must read again what is stored.
    /// </summary>
    Outdated = 7,

    /// <summary>
    /// The meter was read by other own prices than the tenant has (policy 3.7): nothing changed. The answer has the prices; it must be read again by them.
    /// </summary>
    OtherPrices = 8,

    /// <summary>
    /// It says something new of seconds whose prices the balance has folded (policy 3.9): nothing changed. The meter must be read again with nothing folded, and be compared
    /// with what the ledger has charged; also when that was asked for and more has been charged since.
    /// </summary>
    Folded = 9,
}

/// <summary>The answer to a reading.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Posted">The watermark; null for an unknown VM.</param>
/// <param name="Prices">The tenant's own prices, where the meter was read by others; null otherwise.</param>
public sealed record ReadingOutcome(ReadingResult Result, Watermark? Posted, PlanPrices? Prices = null);
