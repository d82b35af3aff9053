using System.Collections.Immutable;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Balances;

public sealed partial class BalanceStep
{
    /// <summary>
    /// Charges up to an instant, each at its own, every 15 minutes from the first Running (policy 3.4, 5), however late they are looked at.
    /// </summary>
    /// <returns>False when one of them was a correction, which may have changed what is due next; true also when the rest belongs to another part.</returns>
    private bool PostChargesThrough(DateTimeOffset end, int most)
    {
        while (balance.Vms.FirstDue is { } due && due.At <= end)
        {
            if (due.At > balance.AdvancedTo && IsFull(most)) return true;
            var at = Reach(due.At);
            var posted = PostDueCharge(balance.Vms.OfOrdinal(due.Ordinal), at);
            if (posted is EntryKind.Correction || rules.Policy.StopOnlyAtCharges) Enforce(at, charging: true);
            if (posted is EntryKind.Correction) return false;
        }
        return true;
    }

    /// <returns>Whether a charge was due at the instant.</returns>
    private bool PostDueCharges(DateTimeOffset at)
    {
        if (!(balance.Vms.FirstDue?.At <= at)) return false;
        var due = VmsInOrder().Where(vm => vm.NextCharge <= at).ToList();
        foreach (var vm in due) PostDueCharge(vm, at);
        return true;
    }

    private EntryKind? PostDueCharge(MeteredVm vm, DateTimeOffset at)
    {
        vm = vm with { NextCharge = DueAfter(vm.NextCharge!.Value, at) };
        var posted = PostUsage(vm, at);
        if (posted is null) Keep(vm);
        return posted;
    }

    private DateTimeOffset DueAfter(DateTimeOffset due, DateTimeOffset at) =>
        due.AddTicks(((at - due).Ticks / rules.Policy.ChargeEvery.Ticks + 1) * rules.Policy.ChargeEvery.Ticks);

    /// <summary>Posts what every VM has used by the instant, in the order of their creation. Moves no due charge (policy 5).</summary>
    private void SettleAll(DateTimeOffset at)
    {
        foreach (var vm in VmsInOrder()) PostUsage(vm, at);
    }

    /// <summary>
    /// Posts the difference between what a VM has used by the instant and its watermark (policy 3.11): a charge, or a correction when
    /// something became known later. No unposted seconds: no entry.
    /// </summary>
    /// <returns>What was posted; null when nothing was.</returns>
    private EntryKind? PostUsage(MeteredVm vm, DateTimeOffset at)
    {
        var usage = vm.Reading.UsageAt(at, PackageOf(vm));
        var priced = usage.Since(vm.Posted.Usage);
        if (priced.IsEmpty) return null;

        var change = usage.Cost - vm.Posted.Usage.Cost;
        var sequence = vm.Posted.Sequence + 1;
        var charge = new VmCharge(vm.Id, sequence, vm.Posted.Through, at, usage.Seconds - vm.Posted.Usage.Seconds, priced);
        var (lines, paidBy) = change < Amount.Zero ? GiveBack(-change, vm.PaidBy) : Pay(change, vm.PaidBy);
        Keep(Folded(vm with { Posted = new Watermark(sequence, at, usage), PaidBy = paidBy }, at));
        var operation = $"{UsageOperations}{vm.Id}/{sequence}";
        var kind = change < Amount.Zero ? EntryKind.Correction : EntryKind.Charge;
        Post(kind, operation, operation, at, lines, vm.Traits.Name, ProductCode.GpuVm, charge);

        // What belonged to an ended lot leaves again at once (policy 3.9).
        foreach (var line in lines)
            if (line.Change > Amount.Zero && balance.Lots.Find(lot => lot.Id == line.Lot) is { HasEnded: true })
                End(line.Lot, at);
        return kind;
    }

    /// <summary>
    /// A VM that many prices have gone through, as small as one that few have: of what was posted last only the sum is kept of the first prices, and the reading
    /// goes on from there, so that no charge has to go through them again.
    /// </summary>
    private static MeteredVm Folded(MeteredVm vm, DateTimeOffset at)
    {
        var usage = vm.Posted.Usage.Fold();
        if (ReferenceEquals(usage, vm.Posted.Usage)) return vm;
        var through = vm.Status.IsBilled() && at > vm.Reading.Through ? at : vm.Reading.Through;
        return vm with { Posted = vm.Posted with { Usage = usage }, Reading = vm.Reading with { Through = through, Usage = usage } };
    }

    private (ImmutableArray<LedgerLine> Lines, ImmutableArray<LotPayment> PaidBy) Pay(Amount amount, ImmutableArray<LotPayment> paidBy)
    {
        var lines = Take(amount, ProductCode.GpuVm);
        foreach (var line in lines)
        {
            var last = paidBy.Length - 1;
            paidBy = last >= 0 && paidBy[last].Lot == line.Lot
                ? paidBy.SetItem(last, new LotPayment(line.Lot, paidBy[last].Amount - line.Change))
                : paidBy.Add(new LotPayment(line.Lot, -line.Change));
        }
        return (lines, paidBy);
    }

    /// <summary>Gives back to the portions that paid for this VM, the last first (policy 3.9).</summary>
    private (ImmutableArray<LedgerLine> Lines, ImmutableArray<LotPayment> PaidBy) GiveBack(Amount amount, ImmutableArray<LotPayment> paidBy)
    {
        var returned = new Dictionary<string, Amount>();
        while (amount > Amount.Zero)
        {
            if (paidBy.IsEmpty) throw new InvalidOperationException("More would be given back than was ever paid (M1).");
            var last = paidBy[^1];
            var part = Amount.Min(last.Amount, amount);
            returned[last.Lot] = returned.GetValueOrDefault(last.Lot) + part;
            amount -= part;
            paidBy = part == last.Amount
                ? paidBy.RemoveAt(paidBy.Length - 1)
                : paidBy.SetItem(paidBy.Length - 1, new LotPayment(last.Lot, last.Amount - part));
        }
        return ([.. returned.Select(part => new LedgerLine(part.Key, KindOf(part.Key), part.Value))], paidBy);
    }

    private CreditKind KindOf(string lot) =>
        lot == CreditLot.TopUp ? CreditKind.TopUp : balance.Lots.Find(other => other.Id == lot)!.Kind;
}
