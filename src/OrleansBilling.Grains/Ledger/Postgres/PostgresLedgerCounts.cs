using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>Counts in PostgreSQL. Not over the connections of the ledger's writer.</summary>
public sealed class PostgresLedgerCounts(LedgerDatabase ledger) : ILedgerCounts
{
    private static readonly string query = LedgerCount.Query("number", "balance_number");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LedgerCount>> Count(DateTimeOffset now) => await ledger.Reading.Query(
        query, row => new LedgerCount(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.Instant(4)), now);

    /// <inheritdoc/>
    public async Task<long> Findings(DateTimeOffset now) => (await ledger.Reading.Query(LedgerCount.FindingsQuery, row => row.GetInt64(0), now)).Single();
}
