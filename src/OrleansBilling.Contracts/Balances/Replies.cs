using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Balances;

/// <summary>The answer to a command that posts. The same command under the same id gets the same answer (M5).</summary>
/// <param name="Result">What became of it.</param>
/// <param name="EntryNumber">Its ledger entry; 0 when there is none (yet).</param>
[GenerateSerializer, Immutable, Alias("posting-reply")]
public sealed record PostingReply([property: Id(0)] PostingResult Result, [property: Id(1)] long EntryNumber);

/// <summary>The answer to a request that needs credit, with the numbers (policy 4.2).</summary>
/// <param name="Result">Whether it may go on.</param>
/// <param name="Need">One hour's cost of everything that counts.</param>
/// <param name="Have">Live spendable on <c>gpu-vm</c>.</param>
/// <param name="Shortfall">How much is missing; zero when nothing is.</param>
/// <param name="NotCounted">Credits that do not count: of other products, or not effective yet.</param>
[GenerateSerializer, Immutable, Alias("admission-reply")]
public sealed record AdmissionReply(
    [property: Id(0)] AdmissionResult Result, [property: Id(1)] Amount Need, [property: Id(2)] Amount Have, [property: Id(3)] Amount Shortfall, [property: Id(4)] LotView[] NotCounted);

/// <summary>The answer to a reading (policy 3.11).</summary>
/// <param name="Result">What became of it.</param>
/// <param name="PostedThrough">The watermark's instant; null for an unknown VM.</param>
/// <param name="PostedSeconds">Seconds posted so far.</param>
/// <param name="PostedCost">Money posted so far.</param>
/// <param name="Own">The tenant's own prices, where the meter was read by others; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("reading-reply")]
public sealed record ReadingReply(
    [property: Id(0)] ReadingResult Result, [property: Id(1)] DateTimeOffset? PostedThrough, [property: Id(2)] long PostedSeconds, [property: Id(3)] Amount PostedCost,
    [property: Id(4)] PlanPrices? Own = null);

/// <summary>A lot of credit as its tenant sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">Billing plan or voucher.</param>
/// <param name="Products">What it pays for; empty: everything.</param>
/// <param name="Granted">The amount it started with.</param>
/// <param name="Remaining">What is left.</param>
/// <param name="Effective">From when it pays.</param>
/// <param name="Expires">From when it does not any more; null: never.</param>
/// <param name="State">Pending, active or ended.</param>
[GenerateSerializer, Immutable, Alias("lot-view")]
public sealed record LotView(
    [property: Id(0)] string Id, [property: Id(1)] CreditKind Kind, [property: Id(2)] string[] Products, [property: Id(3)] Amount Granted,
    [property: Id(4)] Amount Remaining, [property: Id(5)] DateTimeOffset Effective, [property: Id(6)] DateTimeOffset? Expires, [property: Id(7)] LotState State);
