using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Balances;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>Orders, those that are done too.</summary>
internal static class OrderTable
{
    private const string Columns = "number, kind, vm, exhaustion, stretch, at_ms, entry_number, live_micros, state";

    public static void Write(SqliteConnection connection, BalanceCommit commit)
    {
        foreach (var order in commit.Orders)
            connection.Run(
                $"""
                 INSERT INTO vm_order (balance, {Columns}, version)
                 VALUES ($balance, $number, $kind, $vm, $exhaustion, $stretch, $at, $entry, $live, $state, $version)
                 ON CONFLICT (balance, number) DO UPDATE SET state = excluded.state, version = excluded.version
                 """,
                ("balance", commit.After.Id.ToString()), ("number", order.Number), ("kind", order.Kind), ("vm", order.Vm), ("exhaustion", order.Episode.Exhaustion),
                ("stretch", order.Episode.Stretch), ("at", order.At), ("entry", order.EntryNumber), ("live", order.Live.Micros), ("state", order.State), ("version", commit.After.Version));
    }

    public static ImmutableDictionary<string, Order> Underway(SqliteConnection connection, BalanceId id) =>
        connection.Query($"SELECT {Columns} FROM vm_order WHERE balance = $balance AND state IN ('Open', 'Begun')", row => Read(row, 0), ("balance", id.ToString()))
            .ToImmutableDictionary(order => order.Id);

    public static TenantOrderView[] UnderwayIn(SqliteConnection connection, string region, int limit) =>
        [.. connection.Query(
            $"SELECT balance, {Columns} FROM vm_order WHERE state IN ('Open', 'Begun') AND balance LIKE $prefix ORDER BY at_ms LIMIT $limit",
            row => new TenantOrderView(BalanceId.Parse(row.GetString(0)).Tenant, Read(row, 1).ToView()), ("prefix", region + "/%"), ("limit", limit))];

    public static BalanceId[] BalancesUnderway(SqliteConnection connection, DateTimeOffset by, BalanceId? after, int limit) =>
        [.. connection.Query(
            "SELECT DISTINCT balance FROM vm_order WHERE state IN ('Open', 'Begun') AND at_ms <= $by AND balance > $after ORDER BY balance LIMIT $limit",
            row => BalanceId.Parse(row.GetString(0)), ("by", by), ("after", after?.ToString() ?? ""), ("limit", limit))];

    private static Order Read(SqliteDataReader row, int first) => new(
        row.GetInt32(first), row.Named<OrderKind>(first + 1), row.GetString(first + 2), new Episode(row.GetInt32(first + 3), row.GetInt32(first + 4)),
        row.Instant(first + 5), row.GetInt64(first + 6), new Amount(row.GetInt64(first + 7)), row.Named<OrderState>(first + 8));
}
