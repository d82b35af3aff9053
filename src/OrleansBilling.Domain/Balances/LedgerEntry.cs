using System.Collections.Immutable;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

/// <summary>The kinds of ledger entries.</summary>
public enum EntryKind
{
    /// <summary>A credit became effective.</summary>
    Credit = 1,

    /// <summary>Credit taken for usage.</summary>
    Charge = 2,

    /// <summary>The repair of earlier charges of a VM: gives back (policy 3.9).</summary>
    Correction = 3,

    /// <summary>What was left of an ended lot (policy 2.6).</summary>
    Expiry = 4,

    /// <summary>Credit that was paid in and went back to the payer: refunded, reversed or disputed (policy 2.8).</summary>
    Refund = 5,

    /// <summary>What was left of a lot that an operator revoked.</summary>
    Revocation = 6,

    /// <summary>What an operator put right, with a reason: a credit or a debit.</summary>
    Adjustment = 7,
}

/// <summary>The change of one portion of credit.</summary>
/// <param name="Lot">The lot's id, or <see cref="CreditLot.TopUp"/>.</param>
/// <param name="Kind">The portion's kind.</param>
/// <param name="Change">Above zero: added; below: taken.</param>
public readonly record struct LedgerLine(string Lot, CreditKind Kind, Amount Change);

/// <summary>The part of an entry that charges or corrects a VM.</summary>
/// <param name="Id">The VM.</param>
/// <param name="Sequence">The number of the charge within the VM's life, from 1 without gaps.</param>
/// <param name="From">Charged from the earlier watermark's instant…</param>
/// <param name="Through">…to this one.</param>
/// <param name="Seconds">Whole seconds; negative when seconds are given back.</param>
/// <param name="Priced">The same seconds by price version and exchange rate (policy 3.7).</param>
public sealed record VmCharge(string Id, int Sequence, DateTimeOffset From, DateTimeOffset Through, long Seconds, ImmutableArray<PricedSeconds> Priced);

/// <summary>One immutable entry of a balance's ledger. Its lines sum to its change (M2).</summary>
/// <param name="Number">1, 2, 3, … within the balance, without gaps.</param>
/// <param name="Operation">The id that makes it once (M5): the caller's, or made of the VM and its sequence.</param>
/// <param name="Fingerprint">The content asked for under that id.</param>
/// <param name="Kind">What happened.</param>
/// <param name="At">When it happened: the cut of a charge, the end of a lot.</param>
/// <param name="RecordedAt">When it was decided.</param>
/// <param name="Product">The product charged; null for credits and expiries.</param>
/// <param name="Vm">The VM charged; null otherwise.</param>
/// <param name="Change">The change of the total balance.</param>
/// <param name="Lines">The portions that changed.</param>
/// <param name="BalanceAfter">The total balance after it.</param>
/// <param name="Description">A text for people: the source of a credit, the resource charged.</param>
public sealed record LedgerEntry(
    long Number,
    string Operation,
    string Fingerprint,
    EntryKind Kind,
    DateTimeOffset At,
    DateTimeOffset RecordedAt,
    ProductCode? Product,
    VmCharge? Vm,
    Amount Change,
    ImmutableArray<LedgerLine> Lines,
    Amount BalanceAfter,
    string Description);
