using Npgsql;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>Short forms for statements with positional parameters and for columns that may be null. Instants are milliseconds.</summary>
internal static class PostgresCalls
{
    /// <summary>A statement of a batch; its parameters are <c>$1</c>, <c>$2</c>, … in their order.</summary>
    public static NpgsqlBatchCommand Statement(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(ParameterOf(value));
        return command;
    }

    public static async Task<List<T>> Query<T>(this NpgsqlDataSource database, string sql, Func<NpgsqlDataReader, T> read, params object?[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(ParameterOf(value));
        await using var rows = await command.ExecuteReaderAsync();
        return await rows.All(read);
    }

    /// <summary>The database's clock.</summary>
    public static async Task<DateTimeOffset> Now(this NpgsqlDataSource database) =>
        (await database.Query("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", row => row.Instant(0))).Single();

    /// <returns>How many rows it changed.</returns>
    public static async Task<int> Run(this NpgsqlDataSource database, string sql, params object?[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(ParameterOf(value));
        return await command.ExecuteNonQueryAsync();
    }

    public static async Task<List<T>> All<T>(this NpgsqlDataReader rows, Func<NpgsqlDataReader, T> read)
    {
        var all = new List<T>();
        while (await rows.ReadAsync()) all.Add(read(rows));
        return all;
    }

    public static long? NullableLong(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static string? NullableText(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTimeOffset Instant(this NpgsqlDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? NullableInstant(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Instant(column);

    public static T Named<T>(this NpgsqlDataReader row, int column) where T : struct, Enum => Enum.Parse<T>(row.GetString(column));

    private static NpgsqlParameter ParameterOf(object? value) => value switch
    {
        null => new NpgsqlParameter { Value = DBNull.Value },
        DateTimeOffset instant => new NpgsqlParameter<long> { TypedValue = instant.ToUnixTimeMilliseconds() },
        Enum named => new NpgsqlParameter<string> { TypedValue = named.ToString() },
        _ => new NpgsqlParameter { Value = value },
    };
}
