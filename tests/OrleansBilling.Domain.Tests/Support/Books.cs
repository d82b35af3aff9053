using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Tests.Support;

/// <summary>Audits a ledger against the balance that it led to: the invariants M1 to M8, as far as entries show them.</summary>
internal static class Books
{
    /// <summary>What is wrong; null when nothing is.</summary>
    public static string? Complaint(IReadOnlyList<LedgerEntry> entries, Balance balance) =>
        Numbers(entries, balance) ?? Sums(entries, balance) ?? Lots(entries, balance) ?? Charges(entries, balance) ?? OrderOfUse(entries, balance);

    // No gaps, no id twice (M5).
    private static string? Numbers(IReadOnlyList<LedgerEntry> entries, Balance balance)
    {
        if (!entries.Select(entry => entry.Number).SequenceEqual(Enumerable.Range(1, entries.Count).Select(number => (long)number))) return "M5: entry numbers have gaps";
        if (balance.EntryCount != entries.Count) return $"M5: {entries.Count} entries, but the balance counts {balance.EntryCount}";
        return entries.GroupBy(entry => entry.Operation).FirstOrDefault(same => same.Count() > 1) is { } twice ? $"M5: '{twice.Key}' was posted twice" : null;
    }

    // Lines sum to the change, changes to the balance (M1, M2).
    private static string? Sums(IReadOnlyList<LedgerEntry> entries, Balance balance)
    {
        var total = 0L;
        foreach (var entry in entries)
        {
            if (entry.Lines.Sum(line => line.Change.Micros) != entry.Change.Micros) return $"M2: entry {entry.Number}: its lines do not sum to {entry.Change}";
            total += entry.Change.Micros;
            if (entry.BalanceAfter.Micros != total) return $"M1: entry {entry.Number}: {entry.BalanceAfter} after it instead of {new Amount(total)}";
        }
        if (balance.Total.Micros != total) return $"M1: {balance.Total} in the balance, {new Amount(total)} in the ledger";
        foreach (var kind in Enum.GetValues<CreditKind>())
        {
            var booked = entries.SelectMany(entry => entry.Lines).Where(line => line.Kind == kind).Sum(line => line.Change.Micros);
            if (balance.TotalOf(kind).Micros != booked) return $"M1: {balance.TotalOf(kind)} of kind {kind} in the balance, {new Amount(booked)} in the ledger";
        }
        return null;
    }

    // Every lot after every entry within its bounds, and what left it is its entries (M1, M3); it ends once and pays in its life only (M8).
    private static string? Lots(IReadOnlyList<LedgerEntry> entries, Balance balance)
    {
        foreach (var lot in balance.Lots)
        {
            var left = 0L;
            foreach (var entry in entries)
                foreach (var line in entry.Lines.Where(line => line.Lot == lot.Id))
                {
                    left += line.Change.Micros;
                    if (left < 0 || left > lot.Granted.Micros) return $"M3: entry {entry.Number} leaves {new Amount(left)} in lot {lot.Id} of {lot.Granted}";
                    if (line.Kind != lot.Kind) return $"M1: entry {entry.Number} calls lot {lot.Id} a {line.Kind}";
                    if (entry.Kind != EntryKind.Charge) continue;
                    if (!lot.Scope.Covers(entry.Product!.Value)) return $"M8: entry {entry.Number}: lot {lot.Id} pays for {entry.Product}";
                    if (entry.At < lot.Effective || entry.At > lot.Expires) return $"M8: entry {entry.Number}: lot {lot.Id} pays at {entry.At:O}, outside its life";
                }
            if (lot.State != LotState.Pending && lot.Remaining.Micros != left) return $"M1: lot {lot.Id} has {lot.Remaining}, its entries make {new Amount(left)}";
            if (lot.State == LotState.Ended && left != 0) return $"M8: lot {lot.Id} has ended with {new Amount(left)}";
        }
        return null;
    }

    // A VM's charges follow each other without gap or overlap, and add up to its watermark (M4, M6).
    private static string? Charges(IReadOnlyList<LedgerEntry> entries, Balance balance)
    {
        foreach (var vm in balance.Vms.Values)
        {
            var charges = entries.Where(entry => entry.Vm?.Id == vm.Id).ToList();
            if (!charges.Select(entry => entry.Vm!.Sequence).SequenceEqual(Enumerable.Range(1, charges.Count))) return $"M4: the charges of {vm.Id} are not numbered 1 to {charges.Count}";
            for (var i = 1; i < charges.Count; i++)
                if (charges[i].Vm!.From != charges[i - 1].Vm!.Through) return $"M4: charge {i + 1} of {vm.Id} does not begin where the one before it ended";
            if (charges.Sum(entry => entry.Vm!.Seconds) != vm.Posted.Usage.Seconds) return $"M4: the seconds charged to {vm.Id} are not {vm.Posted.Usage.Seconds}";
            if (charges.Any(entry => entry.Vm!.Priced.Sum(part => part.Seconds) != entry.Vm.Seconds)) return $"M4: the seconds by price of {vm.Id} are not the seconds";
            if (-charges.Sum(entry => entry.Change.Micros) != vm.Posted.Usage.Cost.Micros) return $"M6: the charges of {vm.Id} are not {vm.Posted.Usage.Cost}";
            if (vm.PaidBy.Sum(part => part.Amount.Micros) != vm.Posted.Usage.Cost.Micros) return $"M1: {vm.Id}'s payments are not what it was charged";
        }
        return null;
    }

    // A charge that reaches a portion has emptied every eligible portion before it (M7).
    private static string? OrderOfUse(IReadOnlyList<LedgerEntry> entries, Balance balance)
    {
        var left = balance.Lots.ToDictionary(lot => lot.Id, _ => 0L);
        foreach (var entry in entries)
        {
            if (entry is { Kind: EntryKind.Charge, Lines: [.., var last] })
                foreach (var lot in balance.Lots.Where(lot => left[lot.Id] > 0 && lot.Scope.Covers(entry.Product!.Value) && lot.Id != last.Lot))
                {
                    var paid = -entry.Lines.Where(line => line.Lot == lot.Id).Sum(line => line.Change.Micros);
                    var earlier = last.Lot == CreditLot.TopUp || CreditLot.OrderOfUse.Compare(lot, balance.Lots.Find(other => other.Id == last.Lot)!) < 0;
                    if (earlier && paid != left[lot.Id]) return $"M7: entry {entry.Number} uses {last.Lot} before {lot.Id} is empty";
                    if (!earlier && paid != 0) return $"M7: entry {entry.Number} uses {lot.Id} before {last.Lot} is empty";
                }
            foreach (var line in entry.Lines.Where(line => line.Lot != CreditLot.TopUp)) left[line.Lot] += line.Change.Micros;
        }
        return null;
    }
}
