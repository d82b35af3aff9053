using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>Adds up the ledger as it grows (M1, M2, M3).</summary>
internal sealed class Money(World world)
{
    private readonly List<LedgerEntry> entries = [];
    private readonly Dictionary<string, long> left = []; // by lot, and of the top-up part
    private long total;

    public IReadOnlyList<LedgerEntry> Entries => entries;

    public void Committed(Commit commit)
    {
        var balance = commit.After.Balance;
        foreach (var entry in commit.Entries) Add(entry);
        if (entries.Count != balance.EntryCount) world.Violated("M1", $"{entries.Count} entries, but the balance counts {balance.EntryCount}");
        if (balance.Total.Micros != total) world.Violated("M1", $"{balance.Total} in the balance, {total} micro-units in the ledger");
        if (balance.TopUp.Micros != left.GetValueOrDefault(CreditLot.TopUp)) world.Violated("M1", "the top-up part is not what its entries make");
        foreach (var lot in balance.Lots)
        {
            var sum = left.GetValueOrDefault(lot.Id);
            if (lot.State != LotState.Pending && lot.Remaining.Micros != sum) world.Violated("M1", $"lot {lot.Id} has {lot.Remaining}, its entries make {sum}");
            if (sum < 0 || sum > lot.Granted.Micros) world.Violated("M3", $"lot {lot.Id} of {lot.Granted} has {sum} micro-units left");
        }
    }

    /// <summary>The whole ledger once more, by the audit of the other tests (M1 to M8).</summary>
    public void CheckAll()
    {
        if (Books.Complaint(entries, world.Store.Stored.Balance) is { } wrong) world.Violated(wrong[..2], wrong);
    }

    private void Add(LedgerEntry entry)
    {
        entries.Add(entry);
        var sum = 0L;
        foreach (var line in entry.Lines)
        {
            sum += line.Change.Micros;
            left[line.Lot] = left.GetValueOrDefault(line.Lot) + line.Change.Micros;
        }
        total += sum;
        if (sum != entry.Change.Micros) world.Violated("M2", $"the lines of entry {entry.Number} do not sum to {entry.Change}");
        if (entry.Number != entries.Count) world.Violated("M1", $"entry {entry.Number} is the {entries.Count}th");
        if (entry.BalanceAfter.Micros != total) world.Violated("M1", $"{entry.BalanceAfter} after entry {entry.Number}, the entries make {total}");
    }
}
