using Npgsql;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>
/// Price versions, exchange rates and holds of the regions, and the revision that rises with each of them. Commits take a region's lock together, a new
/// price or hold takes it alone: so none is decided by rules that end while it is being written, and nobody waits for ever. What takes it alone is one round trip.
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

    public static async Task<Currency> FixListCurrency(NpgsqlDataSource database, string region, Currency currency) => (await Alone(
        database, region, row => CurrencyCode.Find(row.GetString(0))!.Value,
        PostgresCalls.Statement("INSERT INTO list_currency (region, currency) VALUES ($1, $2) ON CONFLICT (region) DO NOTHING", region, currency.Code()),
        PostgresCalls.Statement("SELECT currency FROM list_currency WHERE region = $1", region)))[^1].Single();

    public static async Task<PriceReply> AddPrice(NpgsqlDataSource database, string region, AddPrice command, DateTimeOffset latest)
    {
        var (existing, id) = await Enter(
            database, region,
            PostgresCalls.Statement(
                """
                SELECT id, operation, package = $3 AND from_ms = $4 AND micros_per_hour = $5 FROM price_version
                WHERE region = $1 AND (operation = $2 OR (package = $3 AND from_ms = $4))
                """,
                region, command.Operation, command.Package, command.From, command.PricePerHour.MicrosPerHour),
            Entered(
                """
                INSERT INTO price_version (region, id, package, micros_per_hour, from_ms, operation, by_whom)
                SELECT $1, (SELECT coalesce(max(id), 0) + 1 FROM price_version WHERE region = $1), $2, $3, $4, $5, $6
                """,
                region, command.Package, command.PricePerHour.MicrosPerHour, command.From, command.Operation, command.By, latest));
        if (id is { } entered) return new PriceReply(PriceResult.Entered, entered);
        if (existing.Find(row => row.Operation == command.Operation) is { } known)
            return new PriceReply(known.Same ? PriceResult.Entered : PriceResult.OperationReused, known.Same ? known.Id : 0);
        return new PriceReply(existing.Count > 0 ? PriceResult.InstantTaken : PriceResult.TooSoon, 0);
    }

    public static async Task<RateReply> AddRate(NpgsqlDataSource database, string region, AddRate command, DateTimeOffset latest)
    {
        var currency = command.Currency.Code();
        var (existing, id) = await Enter(
            database, region,
            PostgresCalls.Statement(
                """
                SELECT id, operation, currency = $3 AND from_ms = $4 AND picos = $5 FROM exchange_rate
                WHERE region = $1 AND (operation = $2 OR (currency = $3 AND from_ms = $4))
                """,
                region, command.Operation, currency, command.From, command.Rate.Picos),
            Entered(
                """
                INSERT INTO exchange_rate (region, id, currency, picos, from_ms, operation, by_whom)
                SELECT $1, (SELECT coalesce(max(id), 0) + 1 FROM exchange_rate WHERE region = $1), $2, $3, $4, $5, $6
                """,
                region, currency, command.Rate.Picos, command.From, command.Operation, command.By, latest));
        if (id is { } entered) return new RateReply(RateResult.Entered, entered);
        if (existing.Find(row => row.Operation == command.Operation) is { } known)
            return new RateReply(known.Same ? RateResult.Entered : RateResult.OperationReused, known.Same ? known.Id : 0);
        return new RateReply(existing.Count > 0 ? RateResult.InstantTaken : RateResult.TooSoon, 0);
    }

    public static Task AddHold(NpgsqlDataSource database, string region, EnforcementHold hold) => Alone(
        database, region, row => row.GetInt32(0),
        Revised(
            """
            INSERT INTO region_hold (region, id, actions, reason, by_whom, from_ms, until_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (region, id) DO NOTHING RETURNING 1
            """,
            region, hold.Id, (int)hold.Actions, hold.Reason, hold.By, hold.From, hold.Until));

    public static async Task<bool> EndHold(NpgsqlDataSource database, string region, string id, DateTimeOffset at) => (await Alone(
        database, region, row => row.GetInt32(0),
        Revised("UPDATE region_hold SET until_ms = $3 WHERE region = $1 AND id = $2 AND until_ms > $3 RETURNING 1", region, id, at)))[^1].Count > 0;

    private static async Task<(List<Existing> Existing, int? Entered)> Enter(NpgsqlDataSource database, string region, NpgsqlBatchCommand existing, NpgsqlBatchCommand entered)
    {
        var answers = await Alone(database, region, row => row.FieldCount == 1 ? new Existing(row.GetInt32(0), "", Same: true) : new Existing(row.GetInt32(0), row.GetString(1), row.GetBoolean(2)), existing, entered);
        return (answers[^2], answers[^1].SingleOrDefault()?.Id);
    }

    /// <summary>A row of prices or rates, written only by the instant that is its last parameter, by the database's clock: what came too late for it is none.</summary>
    private static NpgsqlBatchCommand Entered(string insert, params object?[] values) =>
        Revised($"{insert} WHERE clock_timestamp() < to_timestamp(${values.Length} / 1000.0) ON CONFLICT DO NOTHING RETURNING id", values);

    /// <summary>A change that makes a new revision of the region's rules, if it changes anything; the region is its first parameter. Answers what the change does.</summary>
    private static NpgsqlBatchCommand Revised(string change, params object?[] values) => PostgresCalls.Statement(
        $"""
         WITH changed AS ({change}), revised AS (
             INSERT INTO region_rules (region, revision) SELECT $1, 1 FROM changed ON CONFLICT (region) DO UPDATE SET revision = region_rules.revision + 1)
         SELECT * FROM changed
         """,
        values);

    /// <summary>
    /// One round trip and one transaction, in which nobody else has the region's rules: a silo that stands still has sent all of it or nothing, and holds nobody up.
    /// </summary>
    /// <returns>The rows of each statement that has any.</returns>
    private static async Task<List<List<T>>> Alone<T>(NpgsqlDataSource database, string region, Func<NpgsqlDataReader, T> read, params NpgsqlBatchCommand[] statements)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { PostgresCalls.Statement($"SELECT pg_advisory_xact_lock({Lock}) FROM (SELECT $1 AS region) r", region) },
        };
        foreach (var statement in statements) batch.BatchCommands.Add(statement);
        await using var rows = await batch.ExecuteReaderAsync();
        var answers = new List<List<T>>();
        while (await rows.NextResultAsync()) answers.Add(await rows.All(read));
        return answers;
    }

    private sealed record Existing(int Id, string Operation, bool Same);
}
