using Npgsql;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>
/// Many rows as one statement: each column is an array, and the statement makes rows of them with <c>unnest</c>, however many there are.
/// </summary>
internal sealed class Rows<T>(IReadOnlyList<T> rows)
{
    private readonly List<NpgsqlParameter> columns = [];

    public Rows<T> Long(Func<T, long> value) => Column(value);

    public Rows<T> NullableLong(Func<T, long?> value) => Column(value);

    public Rows<T> Int(Func<T, int> value) => Column(value);

    public Rows<T> NullableInt(Func<T, int?> value) => Column(value);

    public Rows<T> Flag(Func<T, bool> value) => Column(value);

    public Rows<T> Text(Func<T, string?> value) => Column(value);

    public Rows<T> Bytes(Func<T, byte[]> value) => Column(value);

    public Rows<T> Instant(Func<T, DateTimeOffset> value) => Column(row => value(row).ToUnixTimeMilliseconds());

    public Rows<T> NullableInstant(Func<T, DateTimeOffset?> value) => Column(row => value(row)?.ToUnixTimeMilliseconds());

    /// <summary>The statement; its parameters are the columns in their order.</summary>
    public NpgsqlBatchCommand In(string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in columns) command.Parameters.Add(column);
        return command;
    }

    private Rows<T> Column<TValue>(Func<T, TValue> value)
    {
        var all = new TValue[rows.Count];
        for (var i = 0; i < all.Length; i++) all[i] = value(rows[i]);
        columns.Add(new NpgsqlParameter<TValue[]> { TypedValue = all });
        return this;
    }
}
