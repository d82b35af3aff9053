using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Balances;

/// <summary>Which entries of a ledger are wanted: those that meet every condition given.</summary>
[GenerateSerializer, Immutable, Alias("ledger-query")]
public sealed record LedgerQuery
{
    /// <summary>Only of this kind.</summary>
    [Id(0)] public EntryKind? Kind { get; init; }

    /// <summary>Only of this product code.</summary>
    [Id(1)] public string? Product { get; init; }

    /// <summary>Only of this VM.</summary>
    [Id(2)] public string? Vm { get; init; }

    /// <summary>Only at or after this instant.</summary>
    [Id(3)] public DateTimeOffset? From { get; init; }

    /// <summary>Only before this instant.</summary>
    [Id(4)] public DateTimeOffset? Until { get; init; }

    /// <summary>Only entries with a lower number: the page before another. Null: from the newest.</summary>
    [Id(5)] public long? Before { get; init; }

    /// <summary>How many at most: 1–500.</summary>
    [Id(6)] public int Limit { get; init; } = 50;

    /// <summary>Only entries with a higher number, and the oldest first: the page after another, 0 for the first. Null: the newest first.</summary>
    [Id(7)] public long? After { get; init; }

    /// <summary>Only entries that changed credit of this kind.</summary>
    [Id(8)] public CreditKind? Source { get; init; }
}

/// <summary>A page of a ledger, newest first, or oldest first when <see cref="LedgerQuery.After"/> was given.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Before">Newest first: ask for entries before this number to go on; null when there are none.</param>
/// <param name="After">Oldest first: ask for entries after this number to go on; null when there are none.</param>
[GenerateSerializer, Immutable, Alias("ledger-page")]
public sealed record LedgerPage([property: Id(0)] EntryView[] Entries, [property: Id(1)] long? Before, [property: Id(2)] long? After = null)
{
    /// <summary>A page of what was found: at most one entry more than were wanted, which says that there are others.</summary>
    public static LedgerPage Of(IReadOnlyList<EntryView> found, LedgerQuery query, int limit)
    {
        long? last = found.Count > limit ? found[limit - 1].Number : null;
        return query.After is null ? new([.. found.Take(limit)], last) : new([.. found.Take(limit)], null, last);
    }
}

/// <summary>One ledger entry.</summary>
[GenerateSerializer, Immutable, Alias("entry-view")]
public sealed record EntryView
{
    /// <summary>1, 2, 3, … within the balance.</summary>
    [Id(0)] public required long Number { get; init; }

    /// <summary>The id that makes it once.</summary>
    [Id(1)] public required string Operation { get; init; }

    /// <summary>Credit, charge, correction, expiry, refund, adjustment.</summary>
    [Id(2)] public required EntryKind Kind { get; init; }

    /// <summary>When it happened.</summary>
    [Id(3)] public required DateTimeOffset At { get; init; }

    /// <summary>When it was decided.</summary>
    [Id(4)] public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The product charged.</summary>
    [Id(5)] public string? Product { get; init; }

    /// <summary>The change of the total balance.</summary>
    [Id(6)] public required Amount Change { get; init; }

    /// <summary>The total balance after it.</summary>
    [Id(7)] public required Amount BalanceAfter { get; init; }

    /// <summary>For people.</summary>
    [Id(8)] public required string Description { get; init; }

    /// <summary>The portions of credit that changed; they sum to the change (M2).</summary>
    [Id(9)] public required LineView[] Lines { get; init; }

    /// <summary>The VM charged, with seconds, prices and its own sequence; null for others.</summary>
    [Id(10)] public VmChargeView? Vm { get; init; }
}

/// <summary>The change of one portion of credit.</summary>
/// <param name="Lot">The lot, or <c>topUp</c>.</param>
/// <param name="Kind">The portion's kind.</param>
/// <param name="Change">Above zero: added; below: taken.</param>
[GenerateSerializer, Immutable, Alias("line-view")]
public sealed record LineView([property: Id(0)] string Lot, [property: Id(1)] CreditKind Kind, [property: Id(2)] Amount Change);

/// <summary>The part of an entry that charges a VM.</summary>
/// <param name="Id">The VM.</param>
/// <param name="Sequence">The number of the charge within its life.</param>
/// <param name="From">Charged from…</param>
/// <param name="Through">…to this instant.</param>
/// <param name="Seconds">Whole seconds.</param>
/// <param name="Priced">The same by price version and exchange rate (policy 3.7).</param>
[GenerateSerializer, Immutable, Alias("vm-charge-view")]
public sealed record VmChargeView(
    [property: Id(0)] string Id, [property: Id(1)] int Sequence, [property: Id(2)] DateTimeOffset From, [property: Id(3)] DateTimeOffset Through,
    [property: Id(4)] long Seconds, [property: Id(5)] PricedSecondsView[] Priced);

/// <summary>Seconds at one price version and, in another currency than the list's, one exchange rate.</summary>
/// <param name="PriceVersion">Its id.</param>
/// <param name="PricePerHour">Its price, in the list currency.</param>
/// <param name="Seconds">Whole seconds.</param>
/// <param name="RateVersion">The exchange rate's id; null where nothing is converted.</param>
/// <param name="Rate">The exchange rate; null where nothing is converted.</param>
[GenerateSerializer, Immutable, Alias("priced-seconds-view")]
public sealed record PricedSecondsView(
    [property: Id(0)] int PriceVersion, [property: Id(1)] HourlyPrice PricePerHour, [property: Id(2)] long Seconds,
    [property: Id(3)] int? RateVersion = null, [property: Id(4)] ExchangeRate? Rate = null);

/// <summary>Something the tenant was told.</summary>
[GenerateSerializer, Immutable, Alias("notice-view")]
public sealed record NoticeView
{
    /// <summary>1, 2, 3, … within the balance.</summary>
    [Id(0)] public required long Number { get; init; }

    /// <summary>What it tells.</summary>
    [Id(1)] public required NoticeKind Kind { get; init; }

    /// <summary>When that happened.</summary>
    [Id(2)] public required DateTimeOffset At { get; init; }

    /// <summary>The amount concerned.</summary>
    [Id(3)] public required Amount Amount { get; init; }

    /// <summary>The amount compared with.</summary>
    [Id(4)] public Amount? Need { get; init; }

    /// <summary>The runway, the time to deletion, or to the end of what holds one.</summary>
    [Id(5)] public TimeSpan? TimeLeft { get; init; }

    /// <summary>The exact deletion time; null where there is none, or a hold keeps it from coming.</summary>
    [Id(6)] public DateTimeOffset? DeletionAt { get; init; }

    /// <summary>The VMs concerned, by name.</summary>
    [Id(7)] public required string Vms { get; init; }

    /// <summary>What else it is about: a credit's id, a plan, a voucher, a gateway; empty for nothing.</summary>
    [Id(8)] public string About { get; init; } = "";

    /// <summary>The notice in one line, in the tenant's language.</summary>
    [Id(9)] public string Title { get; init; } = "";

    /// <summary>The notice in sentences, in the tenant's language. Plain text, with names that the tenant has made.</summary>
    [Id(10)] public string Text { get; init; } = "";

    /// <summary>The currency of the amount, where it may be another than the balance's; null: the balance's.</summary>
    [Id(11)] public Currency? Currency { get; init; }
}

/// <summary>What has changed since a change number.</summary>
/// <param name="Change">Resume from this number.</param>
/// <param name="Balance">The balance now.</param>
/// <param name="Vms">The VMs that have changed, as they are now.</param>
/// <param name="Entries">The entries posted since, oldest first.</param>
/// <param name="Notices">The notices given since, oldest first.</param>
[GenerateSerializer, Immutable, Alias("changes-view")]
public sealed record ChangesView(
    [property: Id(0)] long Change, [property: Id(1)] BalanceView Balance, [property: Id(2)] Vms.VmView[] Vms, [property: Id(3)] EntryView[] Entries, [property: Id(4)] NoticeView[] Notices);
