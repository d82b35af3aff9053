using Npgsql;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Balances;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>Orders, those that are done too.</summary>
internal static class OrderTable
{
    private const string Columns = "o.number, o.kind, o.vm, o.exhaustion, o.stretch, o.at_ms, o.entry_number, o.live_micros, o.state";

    public static NpgsqlBatchCommand? Write(IReadOnlyList<NumberedCommit> commits)
    {
        var orders = commits.SelectMany(commit => commit.Commit.Orders, (commit, order) => (commit.Number, commit.Commit.After.Version, Order: order)).ToList();
        return orders.Count == 0 ? null : new Rows<(long Number, long Version, Order Order)>(orders)
            .Long(row => row.Number).Int(row => row.Order.Number).Text(row => row.Order.Kind.ToString()).Text(row => row.Order.Vm).Int(row => row.Order.Episode.Exhaustion)
            .Int(row => row.Order.Episode.Stretch).Instant(row => row.Order.At).Long(row => row.Order.EntryNumber).Long(row => row.Order.Live.Micros)
            .Text(row => row.Order.State.ToString()).Long(row => row.Version)
            .In(
                """
                INSERT INTO vm_order (balance_number, number, kind, vm, exhaustion, stretch, at_ms, entry_number, live_micros, state, version)
                SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::int[], $6::int[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::bigint[])
                ON CONFLICT (balance_number, number) DO UPDATE SET state = excluded.state, version = excluded.version
                """);
    }

    public const string SelectUnderway = $"SELECT {Columns} FROM vm_order o JOIN balance b ON b.number = o.balance_number WHERE b.balance = $1 AND o.state IN ('Open', 'Begun')";

    public static Order Read(NpgsqlDataReader row) => Read(row, 0);

    public static async Task<TenantOrderView[]> UnderwayIn(NpgsqlDataSource database, string region, int limit) =>
        [.. await database.Query(
            $"SELECT b.balance, {Columns} FROM vm_order o JOIN balance b ON b.number = o.balance_number WHERE o.state IN ('Open', 'Begun') AND b.region = $1 ORDER BY o.at_ms LIMIT $2",
            row => new TenantOrderView(BalanceId.Parse(row.GetString(0)).Tenant, Read(row, 1).ToView()), region, limit)];

    public static async Task<BalanceId[]> BalancesUnderway(NpgsqlDataSource database, DateTimeOffset by, BalanceId? after, int limit) =>
        [.. await database.Query(
            """
            SELECT DISTINCT b.balance COLLATE "C" FROM vm_order o JOIN balance b ON b.number = o.balance_number
            WHERE o.state IN ('Open', 'Begun') AND o.at_ms <= $1 AND b.balance COLLATE "C" > $2 ORDER BY 1 LIMIT $3
            """,
            row => BalanceId.Parse(row.GetString(0)), by, after?.ToString() ?? "", limit)];

    private static Order Read(NpgsqlDataReader row, int first) => new(
        row.GetInt32(first), row.Named<OrderKind>(first + 1), row.GetString(first + 2), new Episode(row.GetInt32(first + 3), row.GetInt32(first + 4)),
        row.Instant(first + 5), row.GetInt64(first + 6), new Amount(row.GetInt64(first + 7)), row.Named<OrderState>(first + 8));
}
