using Microsoft.Data.Sqlite;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>Short forms for statements with named parameters and for columns that may be null. Instants are milliseconds.</summary>
internal static class SqliteCalls
{
    public static int Run(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Prepare(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public static List<T> Query<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Prepare(sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    public static long? NullableLong(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public static string? NullableText(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static DateTimeOffset Instant(this SqliteDataReader reader, int column) => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    public static DateTimeOffset? NullableInstant(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Instant(column);

    public static T Named<T>(this SqliteDataReader reader, int column) where T : struct, Enum => Enum.Parse<T>(reader.GetString(column));

    private static SqliteCommand Prepare(this SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts are literals of the callers
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue("$" + name, value switch
            {
                null => DBNull.Value,
                DateTimeOffset instant => instant.ToUnixTimeMilliseconds(),
                TimeSpan time => (long)time.TotalMilliseconds,
                Enum named => named.ToString(),
                bool flag => flag ? 1L : 0L,
                _ => value,
            });
        return command;
    }
}
