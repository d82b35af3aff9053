using Microsoft.Data.Sqlite;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>What tenants were told: once per kind, episode and level (E11).</summary>
internal static class NoticeTable
{
    public const string Columns = "number, kind, at_ms, amount_micros, need_micros, time_left_ms, deletion_at_ms, vms, about, currency";

    public static void Write(SqliteConnection connection, BalanceCommit commit)
    {
        foreach (var (number, notice) in commit.Notices)
            connection.Run(
                $"""
                 INSERT INTO notice (balance, {Columns}, id, version) VALUES ($balance, $number, $kind, $at, $amount, $need, $timeLeft, $deletionAt, $vms, $about, $currency, $id, $version)
                 ON CONFLICT (balance, id) DO NOTHING
                 """,
                ("balance", commit.After.Id.ToString()), ("number", number), ("kind", notice.Kind), ("at", notice.At), ("amount", notice.Amount.Micros),
                ("need", notice.Need?.Micros), ("timeLeft", notice.TimeLeft), ("deletionAt", notice.DeletionAt), ("vms", notice.Vms), ("about", notice.About), ("currency", notice.Currency?.Code()), ("id", notice.Id), ("version", commit.After.Version));
    }

    public static NoticeView[] Page(SqliteConnection connection, BalanceId id, long? before, int limit) =>
        [.. connection.Query(
            $"SELECT {Columns} FROM notice WHERE balance = $balance AND number < $before AND kind IN {KnownNotices.Sql} ORDER BY number DESC LIMIT $limit",
            Read, ("balance", id.ToString()), ("before", before ?? long.MaxValue), ("limit", Math.Clamp(limit, 1, 500)))];

    public static NoticeView[] Since(SqliteConnection connection, BalanceId id, long version, long through) =>
        [.. connection.Query(
            $"SELECT {Columns} FROM notice WHERE balance = $balance AND version > $version AND version <= $through AND kind IN {KnownNotices.Sql} ORDER BY number",
            Read, ("balance", id.ToString()), ("version", version), ("through", through))];

    public static NoticeView Read(SqliteDataReader row) => new()
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
