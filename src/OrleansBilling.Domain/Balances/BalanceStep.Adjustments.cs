using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

public sealed partial class BalanceStep
{
    /// <summary>
    /// An operator puts a balance right. A debit is followed by section 4, as every loss of credit is. Usage up to now is settled before a lot changes, because it is paid by
    /// what there was (policy 2.6); that is so also when a lot then has too little left for a debit.
    /// </summary>
    /// <param name="operation">The caller's id: the same again changes nothing and gets the same answer (M5).</param>
    /// <param name="adjustment">What changes.</param>
    /// <param name="description">Why and by whom, for people.</param>
    public PostingOutcome Adjust(string operation, Adjustment adjustment, string description)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        var (fingerprint, change) = (adjustment.Checked().Fingerprint, adjustment.Change);
        if (Refusal(operation, fingerprint, adjustment.Currency) is { } refusal) return refusal;
        if (adjustment is { Target: not CreditKind.TopUp, Lot: { } id } && PrepareLot(operation, fingerprint, adjustment, id) is { } result) return new PostingOutcome(result, 0);
        Fix(adjustment.Currency);
        var entry = Post(EntryKind.Adjustment, operation, fingerprint, now, [new LedgerLine(adjustment.Lot ?? CreditLot.TopUp, adjustment.Target, change)], description);
        if (change > Amount.Zero) Notify(NoticeKind.CreditAdded, now, $"{entry.Number}", change, about: adjustment.Lot ?? description);
        else Notify(NoticeKind.CreditTaken, now, $"{entry.Number}", -change, about: description);
        Enforce(now);
        return new PostingOutcome(PostingResult.Posted, entry.Number);
    }

    /// <summary>Sees to it that the lot can take the change.</summary>
    /// <returns>Why it cannot; null when it can.</returns>
    private PostingResult? PrepareLot(string operation, string fingerprint, Adjustment adjustment, string id)
    {
        var lot = balance.Lots.Find(lot => lot.Id == id);
        if (adjustment.Change < Amount.Zero)
        {
            if (lot?.Kind != adjustment.Target || lot.State != LotState.Active) return PostingResult.UnknownLot;
            if (lot.Remaining >= -adjustment.Change) SettleAll(now);
            return balance.Lots.Find(lot => lot.Id == id)!.Remaining < -adjustment.Change ? PostingResult.LotTooSmall : null;
        }
        if (lot is not null) return PostingResult.LotExists;
        if (adjustment.Expires <= now) return PostingResult.AlreadyExpired;
        SettleAll(now);
        // Nothing remaining yet: the entry brings it in.
        Keep(new CreditLot(id, balance.Lots.Count, adjustment.Target, adjustment.Scope, adjustment.Change, Amount.Zero, now, adjustment.Expires, LotState.Active, operation, fingerprint));
        return null;
    }
}
