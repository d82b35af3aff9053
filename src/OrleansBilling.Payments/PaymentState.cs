using System.Collections.Immutable;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments;

/// <summary>
/// Where a payment stands, and what of it is in the ledger. Events only add to sets and raise totals, so their order and number do not
/// matter: every receipt is credited once, and what was taken back is always what refunds and disputes come to, at most what was credited.
/// </summary>
/// <param name="Id">The payment's id.</param>
/// <param name="Gateway">Its gateway's name: events of another one are not for it.</param>
/// <param name="Currency">The payment's currency.</param>
/// <param name="Amount">What was asked for.</param>
public sealed record PaymentState(string Id, string Gateway, Currency Currency, Amount Amount)
{
    /// <summary>How far it came before any money did.</summary>
    public PaymentProgress Progress { get; init; } = PaymentProgress.Created;

    /// <summary>What was credited, by the gateway's reference.</summary>
    public ImmutableSortedDictionary<string, Amount> Credited { get; init; } = Empty<Amount>();

    /// <summary>What went back to the payer, by the gateway's name of the refund: the highest total heard of.</summary>
    public ImmutableSortedDictionary<string, Amount> Refunds { get; init; } = Empty<Amount>();

    /// <summary>The disputes by the gateway's names.</summary>
    public ImmutableSortedDictionary<string, Dispute> Disputes { get; init; } = Empty<Dispute>();

    /// <summary>What was posted as taken back, less what was given back again.</summary>
    public Amount TakenBack { get; init; }

    /// <summary>How many postings that made: it numbers the next one.</summary>
    public int Corrections { get; init; }

    /// <summary>A new payment.</summary>
    public static PaymentState Of(Payment payment, string gateway) => new(payment.Id, gateway, payment.Currency, payment.Amount);

    /// <summary>What is told of it.</summary>
    public PaymentStatus Status =>
        Credited.IsEmpty ? (PaymentStatus)Progress
        : IsDisputed ? PaymentStatus.Disputed
        : Disputes.Values.Any(dispute => dispute.Steps.HasFlag(DisputeSteps.Lost)) ? PaymentStatus.DisputeLost
        : !Refunds.IsEmpty ? PaymentStatus.Refunded
        : !Disputes.IsEmpty ? PaymentStatus.DisputeWon
        : PaymentStatus.Paid;

    /// <summary>
    /// What each open dispute has taken of what was credited: what comes back when it is won. Refunds, and disputes that are lost, count first, because that is gone whoever wins.
    /// Zero for one for which the others, in the order of their names, have left nothing: it may come to something again when they end.
    /// </summary>
    public ImmutableSortedDictionary<string, Amount> Disputed
    {
        get
        {
            if (Credited.IsEmpty) return Empty<Amount>();
            var (disputed, gone) = (Empty<Amount>(), Sum(Refunds.Values) + Sum(Disputes.Values.Where(dispute => !dispute.IsOpen).Select(dispute => dispute.Taken)));
            var left = Sum(Credited.Values) - Amount.Min(Sum(Credited.Values), gone);
            foreach (var (name, dispute) in Disputes)
                if (dispute.IsOpen && dispute.Taken > Amount.Zero && Amount.Min(left, dispute.Taken) is var taken) (disputed, left) = (disputed.Add(name, taken), left - taken);
            return disputed;
        }
    }

    /// <summary>Whether there is a dispute that is not decided.</summary>
    public bool IsDisputed => Disputes.Values.Any(dispute => dispute.IsOpen);

    /// <summary>Whether the gateway may still say something without being asked by a payer: such payments are asked about.</summary>
    public bool IsOpen => Status is PaymentStatus.Created or PaymentStatus.Pending or PaymentStatus.Disputed;

    /// <summary>
    /// The next state, and what to post because of it. State and postings are stored together; a posting is then repeated under its id until the
    /// ledger has it.
    /// </summary>
    /// <exception cref="OverflowException">The amounts leave the range of amounts.</exception>
    public PaymentChange Apply(PaymentEvent happened)
    {
        if (!Fits(happened)) return new PaymentChange(this, [], NotificationOutcome.AmountDiffers);
        var next = With(happened);
        var postings = ImmutableArray.CreateBuilder<PaymentPosting>();
        if (happened is PaymentPaid paid && !Credited.ContainsKey(paid.Reference))
            postings.Add(new PaymentPosting(PostingKind.Credit, $"payment/{Gateway}/{paid.Reference}", paid.Amount));

        var correction = next.ToTakeBack() - TakenBack;
        if (correction != Amount.Zero)
        {
            next = next with { TakenBack = TakenBack + correction, Corrections = Corrections + 1 };
            var kind = correction > Amount.Zero ? PostingKind.TakeBack : PostingKind.GiveBack;
            postings.Add(new PaymentPosting(kind, $"payment/{Id}/back/{next.Corrections}", correction > Amount.Zero ? correction : -correction, OfDispute: next.IsOfDispute(happened)));
        }
        return new PaymentChange(next, postings.ToImmutable(), next == this ? NotificationOutcome.AlreadySettled : NotificationOutcome.Stored);
    }

    // Amount and currency are compared with our payment, also where a payment failed: then somebody altered it, or the gateway confused it.
    private bool Fits(PaymentEvent happened) => happened switch
    {
        PaymentPaid paid => paid.Currency == Currency && paid.Amount == Amount,
        PaymentFailed failed => failed.Claimed is null || failed.Claimed == Amount,
        PaymentPending pending => pending.Claimed is null || pending.Claimed == Amount,
        PaymentRefunded refunded => refunded.Currency == Currency && refunded.Total > Amount.Zero,
        PaymentDisputed disputed => disputed.Currency == Currency && disputed.Amount > Amount.Zero,
        _ => true,
    };

    private PaymentState With(PaymentEvent happened) => happened switch
    {
        PayerApproved => this,
        PaymentPending => Reached(PaymentProgress.Pending),
        PaymentExpired => Reached(PaymentProgress.Expired),
        PaymentFailed => Reached(PaymentProgress.Failed),
        PaymentPaid paid => this with { Credited = Credited.SetItem(paid.Reference, paid.Amount) },
        PaymentRefunded refunded => this with
        {
            Refunds = Refunds.SetItem(refunded.Refund, refunded.Total > Refunds.GetValueOrDefault(refunded.Refund) ? refunded.Total : Refunds[refunded.Refund]),
        },
        PaymentDisputed disputed => this with { Disputes = Disputes.SetItem(disputed.Dispute, Disputes.GetValueOrDefault(disputed.Dispute).With(disputed)) },
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "Not an event of a payment."),
    };

    // Of two the later one, so that an old notification takes nothing back. Once there is money none of them says anything.
    private PaymentState Reached(PaymentProgress progress) => !Credited.IsEmpty || progress <= Progress ? this : this with { Progress = progress };

    private Amount ToTakeBack()
    {
        var credited = Sum(Credited.Values);
        return Amount.Min(credited, Sum(Refunds.Values) + Sum(Disputes.Values.Select(dispute => dispute.Taken)));
    }

    // What comes back with a receipt, because it was heard of before that, is a refund if any was made.
    private bool IsOfDispute(PaymentEvent happened) => happened is PaymentDisputed || (happened is not PaymentRefunded && Refunds.IsEmpty);

    private static Amount Sum(IEnumerable<Amount> amounts) => amounts.Aggregate(Amount.Zero, (sum, amount) => sum + amount);

    private static ImmutableSortedDictionary<string, T> Empty<T>() => ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}

/// <summary>How far a payment came before any money did. The higher one wins.</summary>
public enum PaymentProgress
{
    /// <summary>The payer has a page.</summary>
    Created = 1,

    /// <summary>The gateway waits for the money.</summary>
    Pending = 2,

    /// <summary>The page closed unused.</summary>
    Expired = 3,

    /// <summary>It came to nothing.</summary>
    Failed = 4,
}
