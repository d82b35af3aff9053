using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>Counts in the ledger's file.</summary>
public sealed class SqliteLedgerCounts(SqliteDatabase database) : ILedgerCounts
{
    private static readonly string query = LedgerCount.Query("balance", "balance");

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerCount>> Count(DateTimeOffset now) => database.Read(IReadOnlyList<LedgerCount> (connection) => connection.Query(
        query, row => new LedgerCount(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.Instant(4)), ("1", now)));

    /// <inheritdoc/>
    public Task<long> Findings(DateTimeOffset now) => database.Read(connection => connection.Query(LedgerCount.FindingsQuery, row => row.GetInt64(0), ("1", now)).Single());
}
