using System.Collections.Immutable;
using Npgsql;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>
/// The ledger's entries. Only ever inserted. What follows from the rest of a row is not stored: the operation of a charge, which is
/// made of its VM and sequence, and the line of an entry that changes the top-up part alone.
/// </summary>
internal static class EntryTable
{
    private const int PageOfChanges = 256;

    private const string Columns =
        """
        e.number, coalesce(e.operation, 'vm/' || v.id || '/' || e.vm_sequence), e.kind::text, e.at_ms, e.recorded_at_ms, coalesce(e.product, CASE WHEN v.id IS NOT NULL THEN 'gpu-vm' END),
        e.change_micros, e.balance_after_micros, e.description, e.lines, v.id, e.vm_sequence, e.from_ms, e.priced, e.version
        """;

    private const string OfBalance =
        """
        FROM ledger_entry e JOIN balance b ON b.number = e.balance_number LEFT JOIN metered_vm v ON v.balance_number = e.balance_number AND v.ordinal = e.vm_ordinal
        WHERE b.balance = $1
        """;

    /// <summary>Writes the entries that the commits have posted.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Write(IReadOnlyList<NumberedCommit> commits)
    {
        var (charges, others) = (new List<NewEntry>(commits.Count), new List<NewEntry>());
        foreach (var (number, commit) in commits)
            foreach (var (entry, hash) in commit.Entries)
                (entry is { Kind: EntryKind.Charge, Vm: not null } && IsTopUpAlone(entry) ? charges : others).Add(
                    new NewEntry(number, commit.After.Version, entry.Vm is { } vm ? OrdinalOf(vm.Id, commit) : null, entry, hash));
        if (charges.Count > 0) yield return InsertCharges(charges);
        if (others.Count > 0) yield return Insert(others);
    }

    private static int OrdinalOf(string vm, BalanceCommit commit) => (commit.Vms is [var only] && only.Id == vm ? only : commit.After.Balance.Vms[vm]).Ordinal;

    /// <summary>Charges of VMs that the top-up part alone pays: most of all rows that are ever written, in few columns.</summary>
    private static NpgsqlBatchCommand InsertCharges(List<NewEntry> entries) => new Rows<NewEntry>(entries)
        .Long(row => row.Number).Long(row => row.Entry.Number).Long(row => row.Version).Instant(row => row.Entry.At).Instant(row => row.Entry.RecordedAt)
        .Long(row => row.Entry.Change.Micros).Long(row => row.Entry.BalanceAfter.Micros).Instant(row => row.Entry.Vm!.From).Int(row => row.VmOrdinal!.Value)
        .Int(row => row.Entry.Vm!.Sequence).Bytes(row => row.Hash).Text(row => LedgerText.Of(row.Entry.Vm!.Priced)).Text(row => row.Entry.Description)
        .In(
            """
            INSERT INTO ledger_entry (balance_number, number, version, at_ms, recorded_at_ms, change_micros, balance_after_micros, from_ms, vm_ordinal, vm_sequence, kind, hash,
                priced, description)
            SELECT c.balance, c.number, c.version, c.at, c.recorded_at, c.change, c.after, c.since, c.vm, c.sequence, 'Charge', c.hash, c.priced, c.description
            FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::int[], $10::int[], $11::bytea[],
                    $12::text[], $13::text[])
                AS c (balance, number, version, at, recorded_at, change, after, since, vm, sequence, hash, priced, description)
            """);

    private static NpgsqlBatchCommand Insert(List<NewEntry> entries) => new Rows<NewEntry>(entries)
        .Long(row => row.Number).Long(row => row.Entry.Number).Long(row => row.Version).Instant(row => row.Entry.At).Instant(row => row.Entry.RecordedAt)
        .Long(row => row.Entry.Change.Micros).Long(row => row.Entry.BalanceAfter.Micros).NullableInstant(row => row.Entry.Vm?.From).NullableInt(row => row.VmOrdinal)
        .NullableInt(row => row.Entry.Vm?.Sequence).Text(row => row.Entry.Kind.ToString()).Bytes(row => row.Hash)
        .Text(row => row.Entry.Vm is { } vm ? LedgerText.Of(vm.Priced) : null).Text(row => row.Entry.Description)
        .Text(row => IsTopUpAlone(row.Entry) ? null : LedgerText.Of(row.Entry.Lines)).Text(row => row.VmOrdinal is null ? row.Entry.Operation : null)
        .Text(row => row.VmOrdinal is null ? row.Entry.Fingerprint : null).Text(row => row.VmOrdinal is null ? row.Entry.Product?.Value : null)
        .In(
            """
            INSERT INTO ledger_entry (balance_number, number, version, at_ms, recorded_at_ms, change_micros, balance_after_micros, from_ms, vm_ordinal, vm_sequence, kind, hash,
                priced, description, lines, operation, fingerprint, product)
            SELECT c.balance, c.number, c.version, c.at, c.recorded_at, c.change, c.after, c.since, c.vm, c.sequence, c.kind::entry_kind, c.hash,
                c.priced, c.description, c.lines, c.operation, c.fingerprint, c.product
            FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::int[], $10::int[], $11::text[], $12::bytea[],
                    $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[])
                AS c (balance, number, version, at, recorded_at, change, after, since, vm, sequence, kind, hash, priced, description, lines, operation, fingerprint, product)
            """);

    public static async Task<Dictionary<string, KnownOperation>> Find(NpgsqlDataSource database, BalanceId id, IEnumerable<string> operations) =>
        (await database.Query(
            """
            SELECT e.operation, e.fingerprint, e.number FROM ledger_entry e JOIN balance b ON b.number = e.balance_number
            WHERE b.balance = $1 AND e.operation = ANY ($2) AND e.operation IS NOT NULL
            """,
            row => (row.GetString(0), new KnownOperation(row.GetString(1), row.GetInt64(2))), id.ToString(), operations.ToArray())).ToDictionary();

    public static async Task<LedgerPage> Page(NpgsqlDataSource database, BalanceId id, LedgerQuery query)
    {
        var limit = Math.Clamp(query.Limit, 1, 500);
        var entries = await database.Query(
            $"""
             SELECT {Columns} {OfBalance} AND e.number < $2 AND ($3 = '' OR e.kind::text = $3) AND ($4 = '' OR coalesce(e.product, CASE WHEN e.vm_ordinal IS NOT NULL THEN 'gpu-vm' END) = $4)
                 AND ($5 = '' OR v.id = $5) AND e.at_ms >= $6 AND e.at_ms < $7 AND e.number > $9
                 AND ($10 = 0 OR CASE WHEN e.lines IS NULL THEN $10 = {(int)CreditKind.TopUp} ELSE EXISTS (SELECT 1 FROM json_array_elements(e.lines::json) l WHERE (l ->> 'kind')::int = $10) END)
             ORDER BY e.number {(query.After is null ? "DESC" : "ASC")} LIMIT $8
             """,
            Read, id.ToString(), query.Before ?? long.MaxValue, query.Kind?.ToString() ?? "", query.Product ?? "", query.Vm ?? "",
            query.From?.ToUnixTimeMilliseconds() ?? long.MinValue, query.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue, limit + 1, query.After ?? 0, (int)(query.Source ?? 0));
        return LedgerPage.Of(entries, query, limit);
    }

    /// <summary>
    /// Backwards from the newest until the version is reached: entries rise with versions, so this needs no index of its own, which
    /// every charge would have to pay for.
    /// </summary>
    public static async Task<EntryView[]> Since(NpgsqlDataSource database, BalanceId id, long version, long through)
    {
        var since = new Stack<EntryView>();
        for (var (before, reached) = (long.MaxValue, false); !reached;)
        {
            var page = await database.Query(
                $"SELECT {Columns} {OfBalance} AND e.number < $2 ORDER BY e.number DESC LIMIT {PageOfChanges}", row => (Entry: Read(row), Version: row.GetInt64(14)), id.ToString(), before);
            foreach (var (entry, written) in page)
                if (written > version && written <= through) since.Push(entry);
            reached = page.Count < PageOfChanges || page[^1].Version <= version;
            if (!reached) before = page[^1].Entry.Number;
        }
        return [.. since];
    }

    /// <summary>By the index that makes charges unique, so that it takes the charges of one VM, however many others the balance has.</summary>
    public static async Task<ChargedSeconds> ChargedTo(NpgsqlDataSource database, BalanceId id, string vm) => ChargedSeconds.Of(await database.Query(
        """
        SELECT e.vm_sequence, e.priced FROM ledger_entry e JOIN metered_vm v ON v.balance_number = e.balance_number AND v.ordinal = e.vm_ordinal JOIN balance b ON b.number = v.balance_number
        WHERE b.balance = $1 AND v.id = $2 ORDER BY e.vm_sequence
        """,
        row => (row.GetInt32(0), LedgerText.Priced(row.GetString(1))), id.ToString(), vm));

    public const string SelectWhole = $"SELECT {Columns}, e.fingerprint, e.hash {OfBalance} AND e.number > $2 ORDER BY e.number LIMIT $3";

    public static (LedgerEntry Entry, byte[] Hash) ReadWhole(NpgsqlDataReader row)
    {
        var (operation, change) = (row.GetString(1), new Amount(row.GetInt64(6)));
        return (
            new LedgerEntry(
                row.GetInt64(0), operation, row.NullableText(15) ?? operation, row.Named<EntryKind>(2), row.Instant(3), row.Instant(4),
                row.NullableText(5) is { } product ? ProductCode.Parse(product) : null, row.IsDBNull(10) ? null : ChargeOf(row), change, LinesOf(row.NullableText(9), change),
                new Amount(row.GetInt64(7)), row.GetString(8)),
            row.GetFieldValue<byte[]>(16));
    }

    private static VmCharge ChargeOf(NpgsqlDataReader row)
    {
        var priced = LedgerText.Priced(row.GetString(13));
        return new VmCharge(row.GetString(10), row.GetInt32(11), row.Instant(12), row.Instant(3), priced.Sum(part => part.Seconds), priced);
    }

    private static EntryView Read(NpgsqlDataReader row)
    {
        var change = new Amount(row.GetInt64(6));
        return new EntryView
        {
            Number = row.GetInt64(0),
            Operation = row.GetString(1),
            Kind = row.Named<EntryKind>(2),
            At = row.Instant(3),
            RecordedAt = row.Instant(4),
            Product = row.NullableText(5),
            Change = change,
            BalanceAfter = new Amount(row.GetInt64(7)),
            Description = row.GetString(8),
            Lines = [.. LinesOf(row.NullableText(9), change).Select(line => new LineView(line.Lot, line.Kind, line.Change))],
            Vm = row.IsDBNull(10) ? null : ViewOf(ChargeOf(row)),
        };
    }

    private static VmChargeView ViewOf(VmCharge charge) => new(
        charge.Id, charge.Sequence, charge.From, charge.Through, charge.Seconds, LedgerText.ViewsOf(charge.Priced));

    private static bool IsTopUpAlone(LedgerEntry entry) => entry.Lines is [{ Lot: CreditLot.TopUp }];

    private static ImmutableArray<LedgerLine> LinesOf(string? lines, Amount change) =>
        lines is null ? [new LedgerLine(CreditLot.TopUp, CreditKind.TopUp, change)] : LedgerText.Lines(lines);

    private sealed record NewEntry(long Number, long Version, int? VmOrdinal, LedgerEntry Entry, byte[] Hash);
}
