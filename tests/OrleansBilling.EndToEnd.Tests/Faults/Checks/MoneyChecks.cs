using OrleansBilling.EndToEnd.Tests.Faults.Cluster;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>What the rows of a ledger must say of money, whatever happened to the processes that wrote them.</summary>
internal static class MoneyChecks
{
    private static readonly (int Kind, string Name)[] kinds = [(1, "BillingPlan"), (2, "Voucher")];

    public static void Check(LedgerSnapshot ledger, CheckReport report)
    {
        foreach (var balance in ledger.Balances)
        {
            var entries = ledger.EntriesOf[balance.Balance].ToArray();
            Totals(balance, entries, [.. ledger.LotsOf[balance.Balance]], report);
            Chain(balance, entries, report);
            Lots([.. ledger.LotsOf[balance.Balance]], entries, report);
        }
        foreach (var entry in ledger.Entries)
            report.Look("M2", entry.Lines.Sum(line => line.Micros) == entry.Change, $"{Name(entry)}: its lines do not sum to its change");
        foreach (var vm in ledger.Vms) Charges(vm, [.. ledger.EntriesOf[vm.Balance].Where(entry => entry.Vm == vm.Vm)], report);
    }

    private static void Totals(BalanceRow balance, EntryRow[] entries, LotRow[] lots, CheckReport report)
    {
        report.Look("M1", entries.Sum(entry => entry.Change) == balance.Total, $"{balance.Balance}: entries sum to {entries.Sum(entry => entry.Change)}, the balance says {balance.Total}");
        report.Look("M1", balance.TopUp + lots.Sum(lot => lot.Remaining) == balance.Total, $"{balance.Balance}: its parts do not sum to its total");
        var lines = entries.SelectMany(entry => entry.Lines).ToArray();
        report.Look("M1", lines.Where(line => line.Kind == 3).Sum(line => line.Micros) == balance.TopUp, $"{balance.Balance}: the top-up part is not what its lines sum to");
        foreach (var (kind, name) in kinds)
            report.Look(
                "M1", lines.Where(line => line.Kind == kind).Sum(line => line.Micros) == lots.Where(lot => lot.Kind == name && lot.State != "Pending").Sum(lot => lot.Remaining),
                $"{balance.Balance}: {name} credit is not what its lines sum to");
        report.Look("M11", lines.All(line => line.Kind == 3 || lots.Any(lot => lot.Lot == line.Lot)), $"{balance.Balance}: a line names a lot of somebody else");
        report.Look("M11", entries.Length == 0 || balance.Currency is not null, $"{balance.Balance}: money without a currency");
    }

    /// <summary>C1: had two written at once, numbers or balances would not follow one another.</summary>
    private static void Chain(BalanceRow balance, EntryRow[] entries, CheckReport report)
    {
        var (number, after) = (0L, 0L);
        foreach (var entry in entries)
        {
            report.Look("C1", entry.Number == ++number, $"{Name(entry)} stands where entry {number} should");
            report.Look("C1", entry.After == (after += entry.Change), $"{Name(entry)}: balance {entry.After} after it, not {after}");
        }
        report.Look("C1", balance.EntryCount == entries.Length, $"{balance.Balance}: {entries.Length} entries, the balance says {balance.EntryCount}");
        report.Look("M10", entries.Length == 0 || entries[^1].Hash == balance.Head, $"{balance.Balance}: the head of the chain is not the last entry's hash");
        report.Look("M5", entries.Select(entry => entry.Operation).Distinct().Count() == entries.Length, $"{balance.Balance}: two entries of one operation");
    }

    private static void Lots(LotRow[] lots, EntryRow[] entries, CheckReport report)
    {
        foreach (var lot in lots)
        {
            report.Look("M3", lot.Remaining >= 0 && lot.Remaining <= lot.Granted, $"{lot.Balance}: lot {lot.Lot} has {lot.Remaining} of {lot.Granted}");
            var lines = entries.SelectMany(entry => entry.Lines.Where(line => line.Lot == lot.Lot).Select(line => (Entry: entry, line.Micros))).ToArray();
            // It may leave more than once: what a late status has given back to it since (policy 3.9). Each time all of it does.
            var inLot = 0L;
            foreach (var (entry, micros) in lines)
            {
                inLot += micros;
                if (entry.Kind == "Expiry") report.Look("M8", micros < 0 && inLot == 0, $"{Name(entry)}: {micros} leaves lot {lot.Lot}, and {inLot} stays");
            }
            report.Look("M8", lot.State != "Ended" || lot.Remaining == 0, $"{lot.Balance}: lot {lot.Lot} has ended and {lot.Remaining} is left");
            report.Look(
                "M8", lines.Where(line => line.Entry.Kind == "Charge").All(line => line.Entry.At >= lot.Effective && (lot.Expires is null || line.Entry.At <= lot.Expires)),
                $"{lot.Balance}: lot {lot.Lot} paid outside its life");
        }
        // M7: who paid before whom, entry by entry.
        var left = new Dictionary<string, long>();
        foreach (var entry in entries)
        {
            foreach (var line in entry.Lines) left[line.Lot] = left.GetValueOrDefault(line.Lot) + line.Micros;
            if (entry.Kind != "Charge" || entry.Vm is null || entry.Lines.Length == 0) continue;
            var last = entry.Lines.Max(line => line.Kind);
            var earlier = lots.Where(lot => Kind(lot) < last && lot.Effective <= entry.From && (lot.Expires is null || lot.Expires >= entry.Through));
            report.Look("M7", earlier.All(lot => left.GetValueOrDefault(lot.Lot) == 0), $"{Name(entry)}: paid by kind {last} while an earlier kind had credit");
        }
    }

    /// <summary>The charges of a VM join without gap and overlap, and what they cost is the price of the seconds that they name, cut once.</summary>
    private static void Charges(VmRow vm, EntryRow[] charges, CheckReport report)
    {
        var (from, sequence, seconds, cost) = (vm.AdmittedAt, 0, 0L, 0L);
        foreach (var charge in charges)
        {
            report.Look("M4", charge.From == from && charge.Through >= charge.From, $"{Name(charge)}: from {charge.From}, the one before went to {from}");
            report.Look("M4", charge.Sequence == ++sequence, $"{Name(charge)}: charge {charge.Sequence} of its VM where {sequence} should stand");
            (from, seconds, cost) = (charge.Through!.Value, seconds + charge.Seconds!.Value, cost - charge.Change);
            report.Look("M6", cost == (long)((Int128)ClusterSettings.MicrosPerHour * seconds / 3600), $"{Name(charge)}: {seconds} s have cost {cost}");
        }
        report.Look("M4", from == vm.PostedThrough && sequence == vm.PostedSequence && seconds == vm.PostedTime / 1000, $"{vm.Balance}/{vm.Vm}: the watermark is not the last charge");
    }

    private static int Kind(LotRow lot) => kinds.Single(kind => kind.Name == lot.Kind).Kind;

    private static string Name(EntryRow entry) => $"{entry.Balance} entry {entry.Number}";
}
