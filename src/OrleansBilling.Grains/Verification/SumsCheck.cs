using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Verification;

/// <summary>
/// M1: the entries sum to the balance, in total and per lot. M2: the lines of an entry sum to its change. M3: a lot has between nothing
/// and all of what was granted, after every entry. M11: an entry names nothing of another balance.
/// </summary>
internal sealed class SumsCheck(Balance balance, Findings findings)
{
    private readonly Dictionary<string, CreditLot> lots = balance.Lots.ToDictionary(lot => lot.Id);
    private readonly Dictionary<string, Amount> sums = [];
    private Amount total;

    public void Look(LedgerEntry entry)
    {
        var row = $"entry {entry.Number}";
        total += entry.Change;
        if (entry.BalanceAfter != total)
        {
            findings.Add(Invariants.Sums, row, $"says that {entry.BalanceAfter} is the balance after it, but the entries sum to {total}");
            total = entry.BalanceAfter;
        }
        var lines = entry.Lines.Aggregate(Amount.Zero, (sum, line) => sum + line.Change);
        if (lines != entry.Change) findings.Add(Invariants.Lines, row, $"changes the balance by {entry.Change}, but its lines sum to {lines}");
        foreach (var line in entry.Lines) Look(line, row);
        if (entry.Vm is { } vm && !balance.Vms.TryGetValue(vm.Id, out _)) findings.Add(Invariants.Belonging, row, $"charges VM {vm.Id}, which the balance has not");
        if (balance.Currency is null) findings.Add(Invariants.Belonging, row, "moves money in a balance without a currency");
    }

    public void End()
    {
        Compare("the top-up part", SumOf(CreditLot.TopUp), balance.TopUp);
        // A lot that is not effective yet has its whole amount and no entry.
        foreach (var lot in balance.Lots)
            Compare($"lot {lot.Id}", SumOf(lot.Id), lot.State == LotState.Pending ? lot.Remaining - lot.Granted : lot.Remaining);
    }

    private void Look(LedgerLine line, string row)
    {
        var before = SumOf(line.Lot);
        var sum = sums[line.Lot] = before + line.Change;
        if (line.Lot == CreditLot.TopUp)
        {
            if (line.Kind != CreditKind.TopUp) findings.Add(Invariants.Sums, row, $"takes the top-up part for {line.Kind}");
        }
        else if (!lots.TryGetValue(line.Lot, out var lot)) findings.Add(Invariants.Belonging, row, $"names lot {line.Lot}, which the balance has not");
        else if (lot.Kind != line.Kind) findings.Add(Invariants.Sums, row, $"takes lot {lot.Id} for {line.Kind} and it is {lot.Kind}");
        else if (IsOutside(lot, sum) && !IsOutside(lot, before)) findings.Add(Invariants.Limits, row, $"leaves {sum} of lot {lot.Id}, of which {lot.Granted} was granted");
    }

    private static bool IsOutside(CreditLot lot, Amount left) => left < Amount.Zero || left > lot.Granted;

    private Amount SumOf(string lot) => sums.GetValueOrDefault(lot);

    private void Compare(string part, Amount entries, Amount stored)
    {
        if (entries != stored) findings.Add(Invariants.Sums, part, $"has {stored}, but the entries sum to {entries}");
    }
}
