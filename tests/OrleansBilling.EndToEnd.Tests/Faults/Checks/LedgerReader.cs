using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>Reads a ledger as an auditor would, past the product, in one view of all its tables also while somebody writes.</summary>
internal sealed class LedgerReader(Func<DbConnection> connect, LedgerSql sql)
{
    public static LedgerReader Of(ClusterUnderTest cluster) =>
        cluster.Postgres is null ? OfFile(cluster.LedgerFile) : new LedgerReader(() => new NpgsqlConnection(new NpgsqlConnectionStringBuilder(cluster.Owner) { Pooling = false, Timeout = 60 }.ToString()), LedgerSql.Postgres);

    public static LedgerReader OfFile(string file) =>
        new(() => new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString()), LedgerSql.Sqlite);

    /// <summary>Changes a ledger by hand, past every guard that it has against that.</summary>
    public async Task Break(string statement)
    {
        await using var connection = connect();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is in a test
        command.CommandText = statement;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    public async Task<LedgerSnapshot> Read()
    {
        await using var connection = connect();
        await connection.OpenAsync();
        await using var view = await connection.BeginTransactionAsync(connection is NpgsqlConnection ? IsolationLevel.RepeatableRead : IsolationLevel.Serializable);
        return new LedgerSnapshot(
            DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            await Rows(connection, view, sql.Balances, row => new BalanceRow(Text(row[0]), Number(row[1]), NullableText(row[2]), Number(row[3]), Number(row[4]), Number(row[5]), Bytes(row[6]))),
            await Rows(connection, view, sql.Lots, row => new LotRow(
                Text(row[0]), Text(row[1]), Text(row[2]), Number(row[3]), Number(row[4]), Number(row[5]), NullableNumber(row[6]), Text(row[7]))),
            await Rows(connection, view, sql.Entries, row => new EntryRow(
                Text(row[0]), Number(row[1]), Text(row[2]), Text(row[3]), Number(row[4]), Number(row[5]), NullableText(row[6]), NullableText(row[7]), (int?)NullableNumber(row[8]),
                NullableNumber(row[9]), NullableNumber(row[10]), NullableNumber(row[11]), Number(row[12]), JsonSerializer.Deserialize<LineRow[]>(Text(row[13]), PortalJson.Options)!,
                Number(row[14]), Text(row[15]), Bytes(row[16]))),
            await Rows(connection, view, sql.Vms, row => new VmRow(
                Text(row[0]), Text(row[1]), Text(row[2]), Text(row[3]), Number(row[4]), (int)Number(row[5]), Number(row[6]), Number(row[7]))),
            await Rows(connection, view, sql.Orders, row => new OrderRow(
                Text(row[0]), (int)Number(row[1]), Text(row[2]), Text(row[3]), Number(row[4]), Number(row[5]), Number(row[6]), Text(row[7]), NullableNumber(row[8]))),
            await Rows(connection, view, sql.Notices, row => new NoticeRow(Text(row[0]), Number(row[1]), Text(row[2]), Text(row[3]), Number(row[4]))),
            await Rows(connection, view, LedgerSql.Warnings, row => new WarningRow(
                Text(row[0]), Text(row[1]), JsonSerializer.Deserialize<AttemptRow[]>(Text(row[2]), PortalJson.Options)!.FirstOrDefault()?.At)));
    }

    private sealed record AttemptRow(long At);

    private static async Task<T[]> Rows<T>(DbConnection connection, DbTransaction view, string query, Func<DbDataReader, T> read)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = view;
#pragma warning disable CA2100 // every text is in LedgerSql
        command.CommandText = query;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return [.. rows];
    }

    private static string Text(object value) => (string)value;

    private static string? NullableText(object value) => value is DBNull ? null : (string)value;

    private static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static long? NullableNumber(object value) => value is DBNull ? null : Number(value);

    private static string Bytes(object value) => Convert.ToHexStringLower((byte[])value);
}
