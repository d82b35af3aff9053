using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Fencing;

/// <summary>Walks the chain of hashes from the first entry, as an auditor would (M10).</summary>
internal static class EntryChain
{
    /// <summary>The first entry that is not what was written; one past the last when entries are missing at the end; null when all is well.</summary>
    public static async Task<long?> FirstBroken(ILedgerStore store, TestDatabase database, BalanceId balance)
    {
        var stored = database.Query(
            $"SELECT fingerprint, hash FROM ledger_entry WHERE {TestDatabase.Of(balance)} ORDER BY number",
            row => (Fingerprint: row.IsDBNull(0) ? null : row.GetString(0), Hash: row.GetFieldValue<byte[]>(1)));
        var entries = await store.EntriesSince(balance, 0, long.MaxValue);
        var (head, number) = (Array.Empty<byte>(), 0L);
        foreach (var (entry, row) in entries.Zip(stored))
        {
            number++;
            head = EntryHash.Of(head, balance, Entry(entry, row.Fingerprint ?? entry.Operation));
            if (entry.Number != number || !Enumerable.SequenceEqual(head, row.Hash)) return number;
        }
        return Enumerable.SequenceEqual(head, (await store.Load(balance)).EntryHash) ? null : number + 1;
    }

    private static LedgerEntry Entry(EntryView entry, string fingerprint) => new(
        entry.Number, entry.Operation, fingerprint, entry.Kind, entry.At, entry.RecordedAt, entry.Product is { } product ? ProductCode.Parse(product) : null,
        entry.Vm is { } vm ? new VmCharge(vm.Id, vm.Sequence, vm.From, vm.Through, vm.Seconds, [.. vm.Priced.Select(part => new PricedSeconds(part.PriceVersion, part.PricePerHour, part.Seconds, part.RateVersion ?? 0, part.Rate ?? default))]) : null,
        entry.Change, [.. entry.Lines.Select(line => new LedgerLine(line.Lot, line.Kind, line.Change))], entry.BalanceAfter, entry.Description);
}
