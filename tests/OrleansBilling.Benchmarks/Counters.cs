using OrleansBilling.EndToEnd.Tests.Database;

namespace OrleansBilling.Benchmarks;

/// <summary>What the database has counted so far.</summary>
internal sealed record Counters(long Entries, long Transactions, long WalBytes)
{
    public static async Task<Counters> Read(string database)
    {
        await Task.Delay(TimeSpan.FromSeconds(1.2)); // its counters are told once a second
        return new Counters(
            await PostgresServer.Query<long>(database, "SELECT count(*) FROM ledger_entry"),
            await PostgresServer.Query<long>(database, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"),
            await PostgresServer.Query<long>(database, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"));
    }
}
