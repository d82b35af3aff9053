using Microsoft.Data.Sqlite;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>The ledger's entries. Only ever inserted.</summary>
internal static class EntryTable
{
    private const string Columns =
        "number, operation, kind, at_ms, recorded_at_ms, product, change_micros, balance_after_micros, description, lines, vm, vm_sequence, from_ms, through_ms, seconds, priced";

    public static void Write(SqliteConnection connection, BalanceCommit commit)
    {
        foreach (var (entry, hash) in commit.Entries)
            connection.Run(
                $"""
                 INSERT INTO ledger_entry (balance, {Columns}, fingerprint, hash, version)
                 VALUES ($balance, $number, $operation, $kind, $at, $recordedAt, $product, $change, $after, $description, $lines, $vm, $sequence, $from, $through, $seconds, $priced,
                     $fingerprint, $hash, $version)
                 """,
                ("balance", commit.After.Id.ToString()), ("number", entry.Number), ("operation", entry.Operation), ("kind", entry.Kind), ("at", entry.At),
                ("recordedAt", entry.RecordedAt), ("product", entry.Product?.Value), ("change", entry.Change.Micros), ("after", entry.BalanceAfter.Micros),
                ("description", entry.Description), ("lines", LedgerText.Of(entry.Lines)), ("vm", entry.Vm?.Id), ("sequence", entry.Vm?.Sequence), ("from", entry.Vm?.From),
                ("through", entry.Vm?.Through), ("seconds", entry.Vm?.Seconds), ("priced", entry.Vm is { } vm ? LedgerText.Of(vm.Priced) : null),
                ("fingerprint", entry.Fingerprint), ("hash", hash), ("version", commit.After.Version));
    }

    public static Dictionary<string, KnownOperation> Find(SqliteConnection connection, BalanceId id, IEnumerable<string> operations) =>
        operations.SelectMany(operation => connection.Query(
            "SELECT fingerprint, number FROM ledger_entry WHERE balance = $balance AND operation = $operation",
            row => (operation, new KnownOperation(row.GetString(0), row.GetInt64(1))), ("balance", id.ToString()), ("operation", operation))).ToDictionary();

    public static LedgerPage Page(SqliteConnection connection, BalanceId id, LedgerQuery query)
    {
        var limit = Math.Clamp(query.Limit, 1, 500);
        var entries = connection.Query(
            $"""
             SELECT {Columns} FROM ledger_entry
             WHERE balance = $balance AND number < $before AND number > $after AND ($kind IS NULL OR kind = $kind) AND ($product IS NULL OR product = $product)
                 AND ($vm IS NULL OR vm = $vm) AND ($from IS NULL OR at_ms >= $from) AND ($until IS NULL OR at_ms < $until)
                 AND ($source IS NULL OR EXISTS (SELECT 1 FROM json_each(lines) WHERE value ->> 'kind' = $source))
             ORDER BY number {(query.After is null ? "DESC" : "ASC")} LIMIT $limit
             """,
            Read, ("balance", id.ToString()), ("before", query.Before ?? long.MaxValue), ("after", query.After ?? 0), ("source", (int?)query.Source), ("kind", query.Kind), ("product", query.Product), ("vm", query.Vm),
            ("from", query.From), ("until", query.Until), ("limit", limit + 1));
        return LedgerPage.Of(entries, query, limit);
    }

    public static EntryView[] Since(SqliteConnection connection, BalanceId id, long version, long through) =>
        [.. connection.Query(
            $"SELECT {Columns} FROM ledger_entry WHERE balance = $balance AND version > $version AND version <= $through ORDER BY number",
            Read, ("balance", id.ToString()), ("version", version), ("through", through))];

    public static ChargedSeconds ChargedTo(SqliteConnection connection, BalanceId id, string vm) => ChargedSeconds.Of(connection.Query(
        "SELECT vm_sequence, priced FROM ledger_entry WHERE balance = $balance AND vm = $vm ORDER BY number",
        row => (row.GetInt32(0), LedgerText.Priced(row.GetString(1))), ("balance", id.ToString()), ("vm", vm)));

    /// <summary>Entries as they were hashed, with what was stored as their hash.</summary>
    public static List<(LedgerEntry Entry, byte[] Hash)> Whole(SqliteConnection connection, BalanceId id, long after, int limit) =>
        connection.Query(
            $"SELECT {Columns}, fingerprint, hash FROM ledger_entry WHERE balance = $balance AND number > $after ORDER BY number LIMIT $limit",
            row => (
                new LedgerEntry(
                    row.GetInt64(0), row.GetString(1), row.GetString(16), row.Named<EntryKind>(2), row.Instant(3), row.Instant(4),
                    row.NullableText(5) is { } product ? ProductCode.Parse(product) : null,
                    row.IsDBNull(10) ? null : new VmCharge(
                        row.GetString(10), row.GetInt32(11), row.Instant(12), row.Instant(13), row.GetInt64(14), LedgerText.Priced(row.GetString(15))),
                    new Amount(row.GetInt64(6)), LedgerText.Lines(row.GetString(9)), new Amount(row.GetInt64(7)), row.GetString(8)),
                row.GetFieldValue<byte[]>(17)),
            ("balance", id.ToString()), ("after", after), ("limit", limit));

    private static EntryView Read(SqliteDataReader row) => new()
    {
        Number = row.GetInt64(0),
        Operation = row.GetString(1),
        Kind = row.Named<EntryKind>(2),
        At = row.Instant(3),
        RecordedAt = row.Instant(4),
        Product = row.NullableText(5),
        Change = new Amount(row.GetInt64(6)),
        BalanceAfter = new Amount(row.GetInt64(7)),
        Description = row.GetString(8),
        Lines = [.. LedgerText.Lines(row.GetString(9)).Select(line => new LineView(line.Lot, line.Kind, line.Change))],
        Vm = row.IsDBNull(10) ? null : new VmChargeView(
            row.GetString(10), row.GetInt32(11), row.Instant(12), row.Instant(13), row.GetInt64(14),
            LedgerText.ViewsOf(LedgerText.Priced(row.GetString(15)))),
    };
}
