using Microsoft.Data.Sqlite;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Cluster.Tests.Support;

/// <summary>An order as it is stored.</summary>
internal sealed record OrderRow(int Number, OrderKind Kind, string Vm, DateTimeOffset At, OrderState State, long Entry, long LiveMicros);

/// <summary>Looks into the ledger's file past everything else.</summary>
internal static class LedgerRows
{
    public static IReadOnlyList<OrderRow> Orders(this BillingCluster cluster, OrderKind? kind = null) =>
        [.. Query(
            cluster.LedgerFile, "SELECT number, kind, vm, at_ms, state, entry_number, live_micros FROM vm_order WHERE balance = $balance ORDER BY number",
            row => new OrderRow(
                row.GetInt32(0), Enum.Parse<OrderKind>(row.GetString(1)), row.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
                Enum.Parse<OrderState>(row.GetString(4)), row.GetInt64(5), row.GetInt64(6)),
            cluster.Tenant).Where(order => kind is null || order.Kind == kind)];

    public static List<T> Query<T>(string file, string sql, Func<SqliteDataReader, T> read, BalanceId? balance = null)
    {
        using var connection = Open(file);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // literals of the tests
        command.CommandText = sql;
#pragma warning restore CA2100
        if (balance is { } id) command.Parameters.AddWithValue("$balance", id.ToString());
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    public static int Run(string file, string sql)
    {
        using var connection = Open(file);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // literals of the tests
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file}");
        connection.Open();
        return connection;
    }
}
