using System.Collections.Immutable;
using System.Globalization;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Payments;

namespace OrleansBilling.Grains.Payments;

/// <summary>A payment as it is stored. Units are in the names; progress, kinds and steps are numbers whose meaning is fixed.</summary>
public sealed record StoredPayment
{
    public string Region { get; init; } = "";

    public string Tenant { get; init; } = "";

    public string Gateway { get; init; } = "";

    public string Currency { get; init; } = "";

    public long AmountMicros { get; init; }

    /// <summary>In real time: gateways compare it with their clocks.</summary>
    public long CreatedAtMilliseconds { get; init; }

    public long ExpiresAtMilliseconds { get; init; }

    /// <summary>In business time.</summary>
    public long StartedAtMilliseconds { get; init; }

    public string ReturnTo { get; init; } = "";

    public string PayerAddress { get; init; } = "";

    public string Language { get; init; } = "en";

    /// <summary>The gateway's name for what it began; null until it answered.</summary>
    public string? Reference { get; init; }

    public string? Page { get; init; }

    public int Progress { get; init; } = (int)PaymentProgress.Created;

    public ImmutableArray<StoredSum> Credited { get; init; } = [];

    public ImmutableArray<StoredSum> Refunds { get; init; } = [];

    public ImmutableArray<StoredDispute> Disputes { get; init; } = [];

    public long TakenBackMicros { get; init; }

    public int Corrections { get; init; }

    /// <summary>What the ledger is owed, in this order.</summary>
    public ImmutableArray<StoredPosting> Unposted { get; init; } = [];

    /// <summary>Why the balance refuses the first of these, as a number of <see cref="PostingResult"/>; null when it does not.</summary>
    public int? Refused { get; init; }

    public long RefusedAtMilliseconds { get; init; }

    /// <summary>When the ledger began to be owed something, in business time; 0: an older version has stored it.</summary>
    public long OwedAtMilliseconds { get; init; }

    /// <summary>Whether it is, or may be, among those that are not cleared.</summary>
    public bool Listed { get; init; }

    /// <summary>What the ledger will not get: the balance refused it, and it went back to the payer, or an operator dealt with it.</summary>
    public ImmutableArray<StoredPosting> Settled { get; init; } = [];

    /// <summary>The operator who did; empty when none did.</summary>
    public string SettledBy { get; init; } = "";

    public string SettledReason { get; init; } = "";

    /// <summary>How often the gateway was asked.</summary>
    public int Asked { get; init; }

    public bool HasReminder { get; init; }

    /// <summary>The gateway, asked, has named another amount or currency, and that was told to the log.</summary>
    public bool HasDiffered { get; init; }

    /// <summary>The disputes for which the balance may have a hold: each is released when what it took is ours again, or gone.</summary>
    public ImmutableArray<string> Holding { get; init; } = [];

    /// <summary>What each of them holds, as the balance has last confirmed. A later change of what they took is sent to it.</summary>
    public ImmutableArray<StoredSum> Held { get; init; } = [];

    internal BalanceId Balance() => new(Region, Tenant);

    /// <summary>Since when the ledger lacks money that the gateway has taken or given back; null: it lacks none.</summary>
    internal DateTimeOffset? UnclearedSince() => !Unposted.Any(owed => (PostingKind)owed.Kind != PostingKind.Failure)
        ? null
        : DateTimeOffset.FromUnixTimeMilliseconds(OwedAtMilliseconds > 0 ? OwedAtMilliseconds : RefusedAtMilliseconds > 0 ? RefusedAtMilliseconds : StartedAtMilliseconds);

    /// <summary>The operation under which a receipt is credited, as <see cref="PaymentState"/> has it.</summary>
    internal string CreditOf(string receipt) => $"payment/{Gateway}/{receipt}";

    /// <summary>The operation under which the payment was corrected for the so-manieth time, as <see cref="PaymentState"/> has it.</summary>
    internal static string CorrectionOf(string payment, int number) => string.Create(CultureInfo.InvariantCulture, $"payment/{payment}/back/{number}");

    /// <summary>What the entry of a posting says, and the notice of it: which payment, and what of it when it is not what was paid.</summary>
    internal string Description(string id, StoredPosting posting) => (PostingKind)posting.Kind switch
    {
        PostingKind.TakeBack when posting.OfDispute => $"{Gateway} dispute, payment {id}",
        PostingKind.TakeBack => $"{Gateway} refund, payment {id}",
        PostingKind.GiveBack => $"{Gateway} dispute given back, payment {id}",
        _ => $"{Gateway}, payment {id}",
    };

    /// <summary>The id of the payment that such a description is of; null when it is of none.</summary>
    internal static string? NamedIn(string description) =>
        description.Split(", payment ") is [_, { } id] && Payment.IsId(id) ? id : null;

    internal Currency Money() => CurrencyCode.Find(Currency)!.Value;

    /// <summary>Those of <see cref="Holding"/> that are to be released.</summary>
    internal IReadOnlyList<string> ToRelease(PaymentState state) => Holding.IsEmpty ? [] : [.. Holding.Except(state.Disputed.Keys)];

    /// <summary>The payment as the gateway was, or is, told of it.</summary>
    internal Payment ToPayment(string id) => new(id, Money(), new Amount(AmountMicros))
    {
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAtMilliseconds),
        ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAtMilliseconds),
        ReturnTo = new Uri(ReturnTo),
        PayerAddress = PayerAddress,
        Language = Language,
    };

    internal PaymentState ToState(string id) => new(id, Gateway, Money(), new Amount(AmountMicros))
    {
        Progress = (PaymentProgress)Progress,
        Credited = Sums(Credited),
        Refunds = Sums(Refunds),
        Disputes = Disputes.ToImmutableSortedDictionary(dispute => dispute.Name, dispute => new Dispute(new Amount(dispute.AmountMicros), (DisputeSteps)dispute.Steps), StringComparer.Ordinal),
        TakenBack = new Amount(TakenBackMicros),
        Corrections = Corrections,
    };

    internal StoredPayment With(PaymentState state, IEnumerable<PaymentPosting> postings, DateTimeOffset now) => this with
    {
        OwedAtMilliseconds = Unposted.IsEmpty ? now.ToUnixTimeMilliseconds() : OwedAtMilliseconds,
        Progress = (int)state.Progress,
        Credited = Stored(state.Credited),
        Refunds = Stored(state.Refunds),
        Disputes = [.. state.Disputes.Select(dispute => new StoredDispute(dispute.Key, dispute.Value.Amount.Micros, (int)dispute.Value.Steps))],
        TakenBackMicros = state.TakenBack.Micros,
        Corrections = state.Corrections,
        Unposted = [.. Unposted, .. postings.Select(posting => new StoredPosting((int)posting.Kind, posting.Operation, posting.Amount.Micros, posting.OfDispute))],
    };

    /// <summary>What the ledger is owed in sum.</summary>
    internal Amount Owed() => Unposted.Aggregate(Amount.Zero, (sum, posting) => sum + posting.Change);

    /// <summary>Nothing of what is owed goes to the ledger any more.</summary>
    internal StoredPayment Settle(string by = "", string reason = "") =>
        this with { Settled = [.. Settled, .. Unposted], Unposted = [], Refused = null, SettledBy = by, SettledReason = reason };

    /// <summary>
    /// What the balance refused and has gone back to the payer is over. And from a balance that never got the credit nothing can be taken back.
    /// </summary>
    internal StoredPayment Netted()
    {
        if (Refused is null) return !Settled.IsEmpty && Unposted.All(BelongsToSettled) ? Settle(SettledBy, SettledReason) : this;
        // What goes back may be of receipts that were dealt with before: then it ends nothing of what is owed now.
        var (before, back) = (Settled.Aggregate(Amount.Zero, (sum, posting) => sum + posting.Change), SumOf(Unposted, PostingKind.TakeBack));
        return Owed() + Amount.Min(before, back) == Amount.Zero ? Settle(SettledBy, SettledReason) : this;
    }

    /// <summary>How much of a kind the ledger will not get.</summary>
    internal Amount SettledOf(PostingKind kind) => SumOf(Settled, kind);

    // What was given back after a dispute is a credit like any other, unless an operator has dealt with the receipt.
    private bool BelongsToSettled(StoredPosting posting) => (PostingKind)posting.Kind switch
    {
        PostingKind.TakeBack => true,
        PostingKind.GiveBack => SettledBy.Length > 0,
        _ => false,
    };

    private static Amount SumOf(IEnumerable<StoredPosting> postings, PostingKind kind) =>
        postings.Where(posting => posting.Kind == (int)kind).Aggregate(Amount.Zero, (sum, posting) => sum + new Amount(posting.AmountMicros));

    private static ImmutableSortedDictionary<string, Amount> Sums(ImmutableArray<StoredSum> sums) =>
        sums.ToImmutableSortedDictionary(sum => sum.Name, sum => new Amount(sum.AmountMicros), StringComparer.Ordinal);

    internal static ImmutableArray<StoredSum> Stored(ImmutableSortedDictionary<string, Amount> sums) => [.. sums.Select(sum => new StoredSum(sum.Key, sum.Value.Micros))];
}

/// <summary>A receipt or a refund by the gateway's name.</summary>
public sealed record StoredSum(string Name, long AmountMicros);

/// <summary>A dispute by the gateway's name, and the steps heard of.</summary>
public sealed record StoredDispute(string Name, long AmountMicros, int Steps);

/// <summary>A posting that the ledger may not have yet, and whether it comes of a dispute.</summary>
public sealed record StoredPosting(int Kind, string Operation, long AmountMicros, bool OfDispute = false)
{
    /// <summary>What it does to the balance.</summary>
    internal Amount Change => Kind == (int)PostingKind.TakeBack ? -new Amount(AmountMicros) : new Amount(AmountMicros);
}
