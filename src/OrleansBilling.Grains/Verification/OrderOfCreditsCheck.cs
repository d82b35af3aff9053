using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Verification;

/// <summary>
/// M7: what comes later in the order of use pays only when nothing is left of what comes earlier and could pay; a correction gives back
/// to what paid. M8: no lot pays outside its scope and its life, and when it ends or is revoked all that is left of it leaves.
/// </summary>
internal sealed class OrderOfCreditsCheck(Balance balance, Findings findings)
{
    private readonly Dictionary<string, Portion> portions = balance.Lots.ToDictionary(lot => lot.Id, lot => new Portion(lot));
    private readonly Dictionary<(string Vm, string Lot), Amount> paid = [];

    public void Look(LedgerEntry entry)
    {
        var row = $"entry {entry.Number}";
        foreach (var line in entry.Lines)
        {
            if (!portions.TryGetValue(line.Lot, out var portion)) continue; // the top-up part, which pays for everything and for ever
            if (entry.Kind == EntryKind.Credit || (entry.Kind == EntryKind.Adjustment && line.Change > Amount.Zero))
            {
                if (entry.At < portion.Lot.Effective) findings.Add(Invariants.Life, row, $"lets lot {line.Lot} begin before {portion.Lot.Effective:O}");
                portion.Entered = true;
            }
            if (entry.Kind == EntryKind.Adjustment && (!portion.Entered || portion.Lot.Expires <= entry.At))
                findings.Add(Invariants.Life, row, $"adjusts lot {line.Lot} outside its life");
            if (entry.Kind == EntryKind.Charge && !portion.MayPay(entry)) findings.Add(Invariants.Life, row, $"is paid by lot {line.Lot}, outside its scope or its life");
            portion.Left += line.Change;
            if (entry.Kind == EntryKind.Expiry && (!(portion.Lot.Expires <= entry.At) || portion.Left != Amount.Zero))
                findings.Add(Invariants.Life, row, $"lets lot {line.Lot} end before its end, or leaves {portion.Left} of it");
            if (entry.Kind == EntryKind.Revocation && (portion.Lot.State != LotState.Revoked || portion.Left != Amount.Zero))
                findings.Add(Invariants.Life, row, $"takes back lot {line.Lot}, which is not revoked, or leaves {portion.Left} of it");
        }
        if (entry.Kind == EntryKind.Charge) LookAtOrder(entry, row);
        if (entry.Vm is { } vm) FollowPayments(vm.Id, entry, row);
    }

    public void End()
    {
        foreach (var (id, portion) in portions)
            if (portion.Lot is { State: LotState.Active, Expires: { } expires } && expires <= balance.AdvancedTo)
                findings.Add(Invariants.Life, $"lot {id}", $"has not left, though it ended at {expires:O}");
    }

    private void LookAtOrder(LedgerEntry entry, string row)
    {
        if (portions.Count == 0) return;
        var skipped = portions.Values.Where(portion => portion.HasMore && portion.MayPay(entry)).OrderBy(portion => portion.Lot, CreditLot.OrderOfUse).FirstOrDefault();
        if (skipped is null) return;
        foreach (var line in entry.Lines)
            if (line.Lot == CreditLot.TopUp || (portions.TryGetValue(line.Lot, out var portion) && CreditLot.OrderOfUse.Compare(skipped.Lot, portion.Lot) < 0))
            {
                findings.Add(Invariants.Order, row, $"is paid by {line.Lot} though something is left of lot {skipped.Lot.Id}, which comes first");
                skipped.Skip(-line.Change);
            }
    }

    private void FollowPayments(string vm, LedgerEntry entry, string row)
    {
        foreach (var line in entry.Lines)
        {
            if ((paid[(vm, line.Lot)] = paid.GetValueOrDefault((vm, line.Lot)) - line.Change) >= Amount.Zero) continue;
            findings.Add(Invariants.Order, row, $"gives back to {line.Lot} more than that has paid for VM {vm}");
            paid[(vm, line.Lot)] = Amount.Zero; // so that only this row is found, and not those after it
        }
    }

    private sealed class Portion(CreditLot lot)
    {
        private Amount skipped;

        public CreditLot Lot => lot;

        public Amount Left { get; set; }

        public bool Entered { get; set; }

        /// <summary>Whether it could still pay.</summary>
        public bool HasMore => Left > Amount.Zero && Left > skipped;

        /// <summary>Others have paid that in its place, which was told. As if it had paid it: only another such payment is found, and not all after it.</summary>
        public void Skip(Amount amount) => skipped = Amount.Min(skipped + amount, Left);

        // A charge of a VM is for the seconds before its instant, one of another product for what is used at it.
        public bool MayPay(LedgerEntry charge) =>
            Entered && charge.Product is { } product && lot.Scope.Covers(product) && charge.At >= lot.Effective
            && (lot.Expires is not { } expires || charge.At < expires || (charge.Vm is not null && charge.At == expires));
    }
}
