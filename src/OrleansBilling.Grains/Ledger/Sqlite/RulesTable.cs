using Microsoft.Data.Sqlite;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>Price versions, exchange rates and holds of the regions, and the revision that rises with each of them.</summary>
internal static class RulesTable
{
    public static long Revision(SqliteConnection connection, string region) =>
        connection.Query("SELECT revision FROM region_rules WHERE region = $region", row => row.GetInt64(0), ("region", region)).SingleOrDefault();

    public static RegionRows Read(SqliteConnection connection, string region) => new(
        Revision(connection, region),
        connection.Query(
            "SELECT id, package, micros_per_hour, from_ms, by_whom FROM price_version WHERE region = $region ORDER BY package, from_ms",
            row => new PriceRow(row.GetInt32(0), row.GetString(1), row.GetInt64(2), row.Instant(3), row.GetString(4)), ("region", region)),
        connection.Query(
            "SELECT id, currency, picos, from_ms, by_whom FROM exchange_rate WHERE region = $region ORDER BY currency, from_ms",
            row => new RateVersion(row.GetInt32(0), CurrencyCode.Find(row.GetString(1))!.Value, new ExchangeRate(row.GetInt64(2)), row.Instant(3), row.GetString(4)), ("region", region)),
        connection.Query(
            "SELECT id, actions, reason, by_whom, from_ms, until_ms FROM region_hold WHERE region = $region ORDER BY from_ms, id",
            row => new EnforcementHold(row.GetString(0), (HeldActions)row.GetInt32(1), row.GetString(2), row.GetString(3), row.Instant(4), row.Instant(5)), ("region", region)));

    public static Currency FixListCurrency(SqliteConnection connection, string region, Currency currency)
    {
        connection.Run("INSERT INTO list_currency (region, currency) VALUES ($region, $currency) ON CONFLICT (region) DO NOTHING", ("region", region), ("currency", currency.Code()));
        return connection.Query("SELECT currency FROM list_currency WHERE region = $region", row => CurrencyCode.Find(row.GetString(0))!.Value, ("region", region)).Single();
    }

    public static PriceReply AddPrice(SqliteConnection connection, string region, AddPrice command, Func<bool>? inTime)
    {
        var existing = connection.Query(
            "SELECT id, package, micros_per_hour, from_ms, operation FROM price_version WHERE region = $region AND (operation = $operation OR (package = $package AND from_ms = $from))",
            row => (Id: row.GetInt32(0), Same: row.GetString(1) == command.Package && row.GetInt64(2) == command.PricePerHour.MicrosPerHour && row.Instant(3) == command.From, Operation: row.GetString(4)),
            ("region", region), ("operation", command.Operation), ("package", command.Package), ("from", command.From));
        if (existing.Find(row => row.Operation == command.Operation) is { Operation: not null } known)
            return new PriceReply(known.Same ? PriceResult.Entered : PriceResult.OperationReused, known.Same ? known.Id : 0);
        if (existing.Count > 0) return new PriceReply(PriceResult.InstantTaken, 0);
        if (inTime?.Invoke() == false) return new PriceReply(PriceResult.TooSoon, 0);

        var id = connection.Query("SELECT ifnull(max(id), 0) + 1 FROM price_version WHERE region = $region", row => row.GetInt32(0), ("region", region)).Single();
        connection.Run(
            "INSERT INTO price_version (region, id, package, micros_per_hour, from_ms, operation, by_whom) VALUES ($region, $id, $package, $price, $from, $operation, $by)",
            ("region", region), ("id", id), ("package", command.Package), ("price", command.PricePerHour.MicrosPerHour), ("from", command.From), ("operation", command.Operation), ("by", command.By));
        Revise(connection, region);
        return new PriceReply(PriceResult.Entered, id);
    }

    public static RateReply AddRate(SqliteConnection connection, string region, AddRate command, Func<bool>? inTime)
    {
        var currency = command.Currency.Code();
        var existing = connection.Query(
            "SELECT id, currency, picos, from_ms, operation FROM exchange_rate WHERE region = $region AND (operation = $operation OR (currency = $currency AND from_ms = $from))",
            row => (Id: row.GetInt32(0), Same: row.GetString(1) == currency && row.GetInt64(2) == command.Rate.Picos && row.Instant(3) == command.From, Operation: row.GetString(4)),
            ("region", region), ("operation", command.Operation), ("currency", currency), ("from", command.From));
        if (existing.Find(row => row.Operation == command.Operation) is { Operation: not null } known)
            return new RateReply(known.Same ? RateResult.Entered : RateResult.OperationReused, known.Same ? known.Id : 0);
        if (existing.Count > 0) return new RateReply(RateResult.InstantTaken, 0);
        if (inTime?.Invoke() == false) return new RateReply(RateResult.TooSoon, 0);

        var id = connection.Query("SELECT ifnull(max(id), 0) + 1 FROM exchange_rate WHERE region = $region", row => row.GetInt32(0), ("region", region)).Single();
        connection.Run(
            "INSERT INTO exchange_rate (region, id, currency, picos, from_ms, operation, by_whom) VALUES ($region, $id, $currency, $picos, $from, $operation, $by)",
            ("region", region), ("id", id), ("currency", currency), ("picos", command.Rate.Picos), ("from", command.From), ("operation", command.Operation), ("by", command.By));
        Revise(connection, region);
        return new RateReply(RateResult.Entered, id);
    }

    public static void AddHold(SqliteConnection connection, string region, EnforcementHold hold)
    {
        if (connection.Run(
                """
                INSERT INTO region_hold (region, id, actions, reason, by_whom, from_ms, until_ms) VALUES ($region, $id, $actions, $reason, $by, $from, $until)
                ON CONFLICT (region, id) DO NOTHING
                """,
                ("region", region), ("id", hold.Id), ("actions", (long)hold.Actions), ("reason", hold.Reason), ("by", hold.By), ("from", hold.From), ("until", hold.Until)) > 0)
            Revise(connection, region);
    }

    public static bool EndHold(SqliteConnection connection, string region, string id, DateTimeOffset at)
    {
        if (connection.Run("UPDATE region_hold SET until_ms = $at WHERE region = $region AND id = $id AND until_ms > $at", ("region", region), ("id", id), ("at", at)) == 0) return false;
        Revise(connection, region);
        return true;
    }

    private static void Revise(SqliteConnection connection, string region) => connection.Run(
        "INSERT INTO region_rules (region, revision) VALUES ($region, 1) ON CONFLICT (region) DO UPDATE SET revision = revision + 1", ("region", region));
}
