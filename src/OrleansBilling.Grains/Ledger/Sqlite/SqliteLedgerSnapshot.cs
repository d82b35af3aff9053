using Microsoft.Data.Sqlite;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>A balance as one deferred transaction sees it: in a write-ahead log a reader keeps its view and hinders no writer.</summary>
internal sealed class SqliteLedgerSnapshot(SqliteConnection connection, SqliteTransaction view, StoredBalance stored) : ILedgerSnapshot
{
    /// <inheritdoc/>
    public StoredBalance Stored => stored;

    /// <inheritdoc/>
    public Task<IReadOnlyList<(LedgerEntry Entry, byte[] Hash)>> Entries(long after, int limit) =>
        Task.Run(IReadOnlyList<(LedgerEntry, byte[])> () => EntryTable.Whole(connection, stored.Id, after, limit));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await view.DisposeAsync();
        await connection.DisposeAsync();
    }
}
