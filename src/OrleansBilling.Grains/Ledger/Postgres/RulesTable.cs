using Npgsql;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>
/// Price versions, exchange rates and holds of the regions, and the revision that rises with each of them. Commits take a region's lock together, a new
/// price or hold takes it alone: so none is decided by rules that end while it is being written, and nobody waits for ever.
/// </summary>
internal static class RulesTable
{
    private const string Lock = "hashtextextended('region rules ' || region, 0)";

    /// <summary>Holds the rules of regions as they are until the transaction ends.</summary>
    public static NpgsqlBatchCommand Share(IEnumerable<string> regions) =>
        PostgresCalls.Statement($"SELECT pg_advisory_xact_lock_shared({Lock}) FROM (SELECT region FROM unnest($1::text[]) AS region ORDER BY region) r", [regions.ToArray()]);

    /// <summary>The present revisions of regions.</summary>
    public static NpgsqlBatchCommand Revisions(IEnumerable<string> regions) =>
        PostgresCalls.Statement("SELECT region, revision FROM region_rules WHERE region = ANY ($1)", [regions.ToArray()]);

    public static async Task<RegionRows> Read(NpgsqlDataSource database, string region)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var snapshot = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
                PostgresCalls.Statement("SELECT coalesce((SELECT revision FROM region_rules WHERE region = $1), 0)", region),
                PostgresCalls.Statement("SELECT id, package, micros_per_hour, from_ms, by_whom FROM price_version WHERE region = $1 ORDER BY package, from_ms", region),
                PostgresCalls.Statement("SELECT id, currency, picos, from_ms, by_whom FROM exchange_rate WHERE region = $1 ORDER BY currency, from_ms", region),
                PostgresCalls.Statement("SELECT id, actions, reason, by_whom, from_ms, until_ms, NULL::bigint FROM region_hold WHERE region = $1 ORDER BY from_ms, id", region),
                new NpgsqlBatchCommand("COMMIT"),
            },
        };
        await using var rows = await snapshot.ExecuteReaderAsync();
        var revision = (await rows.All(row => row.GetInt64(0))).Single();
        await rows.NextResultAsync();
        var prices = await rows.All(row => new PriceRow(row.GetInt32(0), row.GetString(1), row.GetInt64(2), row.Instant(3), row.GetString(4)));
        await rows.NextResultAsync();
        var rates = await rows.All(row => new RateVersion(row.GetInt32(0), CurrencyCode.Find(row.GetString(1))!.Value, new ExchangeRate(row.GetInt64(2)), row.Instant(3), row.GetString(4)));
        await rows.NextResultAsync();
        return new RegionRows(revision, prices, rates, await rows.All(BalanceTable.ReadHold));
    }

    public static Task<Currency> FixListCurrency(NpgsqlDataSource database, string region, Currency currency) => Alone(database, region, async connection =>
    {
        await Query(connection, "INSERT INTO list_currency (region, currency) VALUES ($1, $2) ON CONFLICT (region) DO NOTHING RETURNING region", _ => true, region, currency.Code());
        return (await Query(connection, "SELECT currency FROM list_currency WHERE region = $1", row => CurrencyCode.Find(row.GetString(0))!.Value, region)).Single();
    });

    public static Task<PriceReply> AddPrice(NpgsqlDataSource database, string region, AddPrice command) => Alone(database, region, async connection =>
    {
        var existing = await Query(
            connection, "SELECT id, package, micros_per_hour, from_ms, operation FROM price_version WHERE region = $1 AND (operation = $2 OR (package = $3 AND from_ms = $4))",
            row => (Id: row.GetInt32(0), Same: row.GetString(1) == command.Package && row.GetInt64(2) == command.PricePerHour.MicrosPerHour && row.Instant(3) == command.From, Operation: row.GetString(4)),
            region, command.Operation, command.Package, command.From);
        if (existing.Find(row => row.Operation == command.Operation) is { Operation: not null } known)
            return new PriceReply(known.Same ? PriceResult.Entered : PriceResult.OperationReused, known.Same ? known.Id : 0);
        if (existing.Count > 0) return new PriceReply(PriceResult.InstantTaken, 0);

        var id = (await Query(
            connection,
            """
            INSERT INTO price_version (region, id, package, micros_per_hour, from_ms, operation, by_whom)
            SELECT $1, coalesce(max(id), 0) + 1, $2, $3, $4, $5, $6 FROM price_version WHERE region = $1 RETURNING id
            """,
            row => row.GetInt32(0), region, command.Package, command.PricePerHour.MicrosPerHour, command.From, command.Operation, command.By)).Single();
        await Revise(connection, region);
        return new PriceReply(PriceResult.Entered, id);
    });

    public static Task<RateReply> AddRate(NpgsqlDataSource database, string region, AddRate command) => Alone(database, region, async connection =>
    {
        var currency = command.Currency.Code();
        var existing = await Query(
            connection, "SELECT id, currency, picos, from_ms, operation FROM exchange_rate WHERE region = $1 AND (operation = $2 OR (currency = $3 AND from_ms = $4))",
            row => (Id: row.GetInt32(0), Same: row.GetString(1) == currency && row.GetInt64(2) == command.Rate.Picos && row.Instant(3) == command.From, Operation: row.GetString(4)),
            region, command.Operation, currency, command.From);
        if (existing.Find(row => row.Operation == command.Operation) is { Operation: not null } known)
            return new RateReply(known.Same ? RateResult.Entered : RateResult.OperationReused, known.Same ? known.Id : 0);
        if (existing.Count > 0) return new RateReply(RateResult.InstantTaken, 0);

        var id = (await Query(
            connection,
            """
            INSERT INTO exchange_rate (region, id, currency, picos, from_ms, operation, by_whom)
            SELECT $1, coalesce(max(id), 0) + 1, $2, $3, $4, $5, $6 FROM exchange_rate WHERE region = $1 RETURNING id
            """,
            row => row.GetInt32(0), region, currency, command.Rate.Picos, command.From, command.Operation, command.By)).Single();
        await Revise(connection, region);
        return new RateReply(RateResult.Entered, id);
    });

    public static Task AddHold(NpgsqlDataSource database, string region, EnforcementHold hold) => Alone(database, region, async connection =>
    {
        var added = await Query(
            connection,
            """
            INSERT INTO region_hold (region, id, actions, reason, by_whom, from_ms, until_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (region, id) DO NOTHING RETURNING id
            """,
            row => row.GetString(0), region, hold.Id, (int)hold.Actions, hold.Reason, hold.By, hold.From, hold.Until);
        if (added.Count > 0) await Revise(connection, region);
        return true;
    });

    public static Task<bool> EndHold(NpgsqlDataSource database, string region, string id, DateTimeOffset at) => Alone(database, region, async connection =>
    {
        var ended = await Query(
            connection, "UPDATE region_hold SET until_ms = $3 WHERE region = $1 AND id = $2 AND until_ms > $3 RETURNING id", row => row.GetString(0), region, id, at);
        if (ended.Count == 0) return false;
        await Revise(connection, region);
        return true;
    });

    private static async Task<T> Alone<T>(NpgsqlDataSource database, string region, Func<NpgsqlConnection, Task<T>> write)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Query(connection, $"SELECT pg_advisory_xact_lock({Lock})::text FROM (SELECT $1 AS region) r", _ => true, region);
        var result = await write(connection);
        await transaction.CommitAsync();
        return result;
    }

    private static async Task<List<T>> Query<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, params object?[] values)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { PostgresCalls.Statement(sql, values) } };
        await using var rows = await batch.ExecuteReaderAsync();
        return await rows.All(read);
    }

    private static Task<List<long>> Revise(NpgsqlConnection connection, string region) => Query(
        connection, "INSERT INTO region_rules (region, revision) VALUES ($1, 1) ON CONFLICT (region) DO UPDATE SET revision = region_rules.revision + 1 RETURNING revision",
        row => row.GetInt64(0), region);
}
