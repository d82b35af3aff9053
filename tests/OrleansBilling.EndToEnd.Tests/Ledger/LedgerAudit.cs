using System.Text.Json;
using Microsoft.Data.Sqlite;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.EndToEnd.Tests.Ledger;

/// <summary>Reads a ledger's file as an auditor would, beside the process that writes it, and checks what must never be wrong.</summary>
internal sealed class LedgerAudit(string file)
{
    private readonly string connectionString = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 20, Pooling = false }.ToString();

    /// <summary>M1, M2, M4, M6, M10 over everything there is.</summary>
    /// <returns>How many entries were looked at.</returns>
    public int Verify()
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        // One view of the whole file, also while somebody writes.
        using var transaction = connection.BeginTransaction(deferred: true);
        var looked = 0;
        foreach (var (name, total, count, head) in Rows(connection,
            "SELECT balance, total_micros, entry_count, entry_hash FROM balance", row => (row.GetString(0), row.GetInt64(1), row.GetInt64(2), (byte[])row[3])))
        {
            var id = BalanceId.Parse(name);
            var entries = Entries(connection, name);
            Assert.Equal(count, entries.Count);
            VerifyChain(id, entries, head);
            Assert.Equal(total, entries.Sum(entry => entry.Entry.Change.Micros));
            foreach (var (vm, sequence, seconds, priced, admitted, through) in Rows(connection,
                "SELECT id, posted_sequence, posted_time_ms / 1000, posted_priced, admitted_at_ms, posted_through_ms FROM metered_vm WHERE balance = $balance",
                row => (row.GetString(0), row.GetInt32(1), row.GetInt64(2), row.GetString(3), At(row.GetInt64(4)), At(row.GetInt64(5))), ("$balance", name)))
                VerifyVm([.. entries.Select(entry => entry.Entry).Where(entry => entry.Vm?.Id == vm)], sequence, seconds, Priced(priced), admitted, through);
            looked += entries.Count;
        }
        return looked;
    }

    /// <summary>Every order there was, of every balance, the settled ones too.</summary>
    public IReadOnlyList<AuditedOrder> Orders()
    {
        if (!File.Exists(file)) return [];
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        return Rows(connection, "SELECT balance, kind, vm, at_ms, live_micros, state FROM vm_order ORDER BY balance, number",
            row => new AuditedOrder(row.GetString(0), row.GetString(1), row.GetString(2), At(row.GetInt64(3)), new Amount(row.GetInt64(4)), row.GetString(5)));
    }

    private static void VerifyChain(BalanceId id, IReadOnlyList<(LedgerEntry Entry, byte[] Hash)> entries, byte[] head)
    {
        var (number, balance, hash) = (0L, Amount.Zero, Array.Empty<byte>());
        foreach (var (entry, stored) in entries)
        {
            Assert.Equal(++number, entry.Number);
            Assert.Equal(entry.Change.Micros, entry.Lines.Sum(line => line.Change.Micros));
            Assert.Equal(balance += entry.Change, entry.BalanceAfter);
            Assert.Equal(hash = EntryHash.Of(hash, id, entry), stored);
        }
        Assert.Equal(hash, head);
    }

    private static void VerifyVm(
        LedgerEntry[] charges, int sequence, long seconds, PricedSeconds[] priced, DateTimeOffset admitted, DateTimeOffset through)
    {
        Assert.Equal(Enumerable.Range(1, sequence), charges.Select(charge => charge.Vm!.Sequence));
        var from = admitted;
        foreach (var charge in charges)
        {
            Assert.Equal(from, charge.Vm!.From); // no gap and no overlap
            Assert.True(charge.Vm.Through >= charge.Vm.From);
            Assert.Equal(charge.Vm.Seconds, charge.Vm.Priced.Sum(part => part.Seconds));
            from = charge.Vm.Through;
        }
        Assert.Equal(through, from);
        Assert.Equal(seconds, charges.Sum(charge => charge.Vm!.Seconds));
        var cost = (long)(priced.Aggregate((Int128)0, (sum, part) => sum + (Int128)part.Price.MicrosPerHour * part.Seconds) / 3600);
        Assert.Equal(-cost, charges.Sum(charge => charge.Change.Micros));
    }

    private static List<(LedgerEntry Entry, byte[] Hash)> Entries(SqliteConnection connection, string balance) => Rows(connection,
        """
        SELECT number, operation, fingerprint, kind, at_ms, recorded_at_ms, product, vm, vm_sequence, from_ms, through_ms, seconds, priced, change_micros, lines,
            balance_after_micros, description, hash
        FROM ledger_entry WHERE balance = $balance ORDER BY number
        """,
        row => (
            new LedgerEntry(
                row.GetInt64(0), row.GetString(1), row.GetString(2), Enum.Parse<EntryKind>(row.GetString(3)), At(row.GetInt64(4)), At(row.GetInt64(5)),
                row.IsDBNull(6) ? null : ProductCode.Parse(row.GetString(6)),
                row.IsDBNull(7) ? null : new VmCharge(
                    row.GetString(7), row.GetInt32(8), At(row.GetInt64(9)), At(row.GetInt64(10)), row.GetInt64(11), [.. Priced(row.GetString(12))]),
                new Amount(row.GetInt64(13)), [.. Lines(row.GetString(14))], new Amount(row.GetInt64(15)), row.GetString(16)),
            (byte[])row[17]),
        ("$balance", balance));

    private static IEnumerable<LedgerLine> Lines(string text) => JsonSerializer.Deserialize<JsonElement[]>(text)!.Select(line => new LedgerLine(
        line.GetProperty("lot").GetString()!, (CreditKind)line.GetProperty("kind").GetInt32(), new Amount(line.GetProperty("micros").GetInt64())));

    private static PricedSeconds[] Priced(string text) =>
        [.. JsonSerializer.Deserialize<long[][]>(text)!.Select(part => part.Length == 5
            ? new PricedSeconds((int)part[0], new HourlyPrice(part[1]), part[2], (int)part[3], new ExchangeRate(part[4]))
            : new PricedSeconds((int)part[0], new HourlyPrice(part[1]), part[2]))];

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static List<T> Rows<T>(
        SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is written above
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }
}

/// <summary>An order as it is stored.</summary>
internal sealed record AuditedOrder(string Balance, string Kind, string Vm, DateTimeOffset At, Amount Live, string State);
