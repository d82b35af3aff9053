using Npgsql;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>What tenants were told: once per kind, episode and level (E11).</summary>
internal static class NoticeTable
{
    public const string Columns = "n.number, n.kind, n.at_ms, n.amount_micros, n.need_micros, n.time_left_ms, n.deletion_at_ms, n.vms, n.about, n.currency";
    private const string OfBalance = "FROM notice n JOIN balance b ON b.number = n.balance_number WHERE b.balance = $1";

    public static NpgsqlBatchCommand? Write(IReadOnlyList<NumberedCommit> commits)
    {
        var notices = commits.SelectMany(commit => commit.Commit.Notices, (commit, notice) => (commit.Number, commit.Commit.After.Version, notice.Notice, Place: notice.Number)).ToList();
        return notices.Count == 0 ? null : new Rows<(long Number, long Version, Notice Notice, long Place)>(notices)
            .Long(row => row.Number).Long(row => row.Place).Text(row => row.Notice.Id).Text(row => row.Notice.Kind.ToString()).Instant(row => row.Notice.At)
            .Long(row => row.Notice.Amount.Micros).NullableLong(row => row.Notice.Need?.Micros).NullableLong(row => (long?)row.Notice.TimeLeft?.TotalMilliseconds)
            .NullableInstant(row => row.Notice.DeletionAt).Text(row => row.Notice.Vms).Text(row => row.Notice.About).Long(row => row.Version)
            .Text(row => row.Notice.Currency?.Code())
            .In(
                """
                INSERT INTO notice (balance_number, number, id, kind, at_ms, amount_micros, need_micros, time_left_ms, deletion_at_ms, vms, about, version, currency)
                SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::bigint[], $13::text[])
                ON CONFLICT (balance_number, id) DO NOTHING
                """);
    }

    public static async Task<NoticeView[]> Page(NpgsqlDataSource database, BalanceId id, long? before, int limit) =>
        [.. await database.Query(
            $"SELECT {Columns} {OfBalance} AND n.number < $2 AND n.kind IN {KnownNotices.Sql} ORDER BY n.number DESC LIMIT $3",
            Read, id.ToString(), before ?? long.MaxValue, Math.Clamp(limit, 1, 500))];

    public static async Task<NoticeView[]> Since(NpgsqlDataSource database, BalanceId id, long version, long through) =>
        [.. await database.Query($"SELECT {Columns} {OfBalance} AND n.version > $2 AND n.version <= $3 AND n.kind IN {KnownNotices.Sql} ORDER BY n.number", Read, id.ToString(), version, through)];

    public static NoticeView Read(NpgsqlDataReader row) => new()
    {
        Number = row.GetInt64(0),
        Kind = KnownNotices.Find(row.GetString(1)),
        At = row.Instant(2),
        Amount = new Amount(row.GetInt64(3)),
        Need = row.NullableLong(4) is { } need ? new Amount(need) : null,
        TimeLeft = row.NullableLong(5) is { } left ? TimeSpan.FromMilliseconds(left) : null,
        DeletionAt = row.NullableInstant(6),
        Vms = row.GetString(7),
        About = row.GetString(8),
        Currency = CurrencyCode.Find(row.NullableText(9)),
    };
}
