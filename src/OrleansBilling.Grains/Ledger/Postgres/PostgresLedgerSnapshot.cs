using System.Collections.Immutable;
using Npgsql;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>A balance as one read-only transaction sees it: its parts are of one version, whatever is committed meanwhile.</summary>
internal sealed class PostgresLedgerSnapshot : ILedgerSnapshot
{
    private readonly NpgsqlConnection connection;

    private PostgresLedgerSnapshot(NpgsqlConnection connection, StoredBalance stored) => (this.connection, Stored) = (connection, stored);

    /// <inheritdoc/>
    public StoredBalance Stored { get; }

    public static async Task<PostgresLedgerSnapshot> Of(NpgsqlDataSource database, BalanceId id)
    {
        var connection = await database.OpenConnectionAsync();
        try
        {
            return new PostgresLedgerSnapshot(connection, await Read(connection, id));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(LedgerEntry Entry, byte[] Hash)>> Entries(long after, int limit)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { PostgresCalls.Statement(EntryTable.SelectWhole, Stored.Id.ToString(), after, limit) } };
        await using var rows = await batch.ExecuteReaderAsync();
        return await rows.All(EntryTable.ReadWhole);
    }

    /// <summary>Ends the transaction with its connection's use.</summary>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static async Task<StoredBalance> Read(NpgsqlConnection connection, BalanceId id)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
                PostgresCalls.Statement(BalanceTable.SelectOne, id.ToString()),
                PostgresCalls.Statement(BalanceTable.SelectHolds, id.ToString()),
                PostgresCalls.Statement(LotTable.SelectAll, id.ToString()),
                PostgresCalls.Statement(PlanTable.SelectAll, id.ToString()),
                PostgresCalls.Statement(VmTable.SelectAll, id.ToString()),
                PostgresCalls.Statement(OrderTable.SelectUnderway, id.ToString()),
            },
        };
        await using var rows = await batch.ExecuteReaderAsync();
        if ((await rows.All(row => BalanceTable.Read(id, row))).SingleOrDefault() is not { } stored) return StoredBalance.None(id);
        return stored with
        {
            Balance = stored.Balance with
            {
                Holds = [.. await Next(BalanceTable.ReadHold)],
                Lots = [.. await Next(LotTable.Read)],
                Plans = [.. await Next(PlanTable.Read)],
                Vms = MeteredVms.Of(await Next(VmTable.Read)),
                Orders = (await Next(OrderTable.Read)).ToImmutableDictionary(order => order.Id),
            },
        };

        async Task<List<T>> Next<T>(Func<NpgsqlDataReader, T> read)
        {
            await rows.NextResultAsync();
            return await rows.All(read);
        }
    }
}
