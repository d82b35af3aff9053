using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>The balances' own rows, with their holds.</summary>
internal static class BalanceTable
{
    /// <returns>False when the ledger has not the version that was read: somebody else has committed.</returns>
    public static bool Write(SqliteConnection connection, BalanceCommit commit)
    {
        var (row, balance, standing) = (commit.After, commit.After.Balance, commit.After.Balance.Standing);
        var sql = commit.Before.Version == 0
            ? """
              INSERT INTO balance (balance, region, version, email, currency, currency_reserved, top_up_micros, total_micros, counting_vms, standing, entry_count, entry_hash,
                  notice_count, order_count, armed, low, exhaustion, stretch, negative_since_ms, deletion_due_ms, deletion_held, deletion_warnings_given, runway_level,
                  below_own_threshold, own_threshold_micros, recipients, watch_operations, advanced_to_ms, due_at_ms, rules_revision)
              VALUES ($balance, $region, $version, $email, $currency, $reserved, $topUp, $total, $vms, $standing, $entries, $hash,
                  $notices, $orders, $armed, $low, $exhaustion, $stretch, $negativeSince, $deletionDue, $deletionHeld, $warnings, $runway,
                  $belowOwn, $ownThreshold, $recipients, $watches, $advancedTo, $dueAt, $rules)
              ON CONFLICT (balance) DO NOTHING
              """
            : """
              UPDATE balance SET version = $version, email = $email, currency = $currency, currency_reserved = $reserved, top_up_micros = $topUp, total_micros = $total,
                  counting_vms = $vms, standing = $standing, entry_count = $entries, entry_hash = $hash, notice_count = $notices, order_count = $orders,
                  armed = $armed, low = $low, exhaustion = $exhaustion, stretch = $stretch, negative_since_ms = $negativeSince,
                  deletion_due_ms = $deletionDue, deletion_held = $deletionHeld, deletion_warnings_given = $warnings, runway_level = $runway, below_own_threshold = $belowOwn,
                  own_threshold_micros = $ownThreshold, recipients = $recipients, watch_operations = $watches, advanced_to_ms = $advancedTo, due_at_ms = $dueAt,
                  rules_revision = $rules
              WHERE balance = $balance AND version = $version - 1 AND region = $region
              """;
        if (connection.Run(sql,
                ("balance", row.Id.ToString()), ("region", row.Id.Region), ("version", row.Version), ("email", row.Email), ("currency", balance.Currency?.Code()), ("reserved", balance.CurrencyReserved),
                ("topUp", balance.TopUp.Micros), ("total", balance.Total.Micros), ("vms", balance.Vms.Counting), ("standing", standing.Level),
                ("entries", balance.EntryCount), ("hash", row.EntryHash), ("notices", row.NoticeCount), ("orders", balance.OrderCount),
                ("armed", standing.Armed), ("low", standing.Low), ("exhaustion", standing.Episode.Exhaustion), ("stretch", standing.Episode.Stretch),
                ("negativeSince", standing.NegativeSince), ("deletionDue", standing.DeletionDue), ("deletionHeld", standing.DeletionHeld), ("warnings", standing.DeletionWarningsGiven),
                ("runway", standing.RunwayLevel), ("belowOwn", standing.BelowOwnThreshold), ("ownThreshold", balance.OwnThreshold?.Micros),
                ("recipients", LedgerText.Of(balance.Recipients)), ("watches", LedgerText.Of(balance.WatchOperations)), ("advancedTo", balance.AdvancedTo), ("dueAt", row.DueAt), ("rules", balance.RulesRevision)) == 0)
            return false;

        foreach (var hold in commit.Holds)
            connection.Run(
                """
                INSERT INTO balance_hold (balance, id, actions, reason, by_whom, from_ms, until_ms, disputed_micros) VALUES ($balance, $id, $actions, $reason, $by, $from, $until, $disputed)
                ON CONFLICT (balance, id) DO UPDATE SET until_ms = excluded.until_ms, disputed_micros = excluded.disputed_micros
                """,
                ("balance", row.Id.ToString()), ("id", hold.Id), ("actions", (long)hold.Actions), ("reason", hold.Reason), ("by", hold.By), ("from", hold.From), ("until", hold.Until),
                ("disputed", hold.Disputed?.Micros));
        return true;
    }

    public static StoredBalance? Read(SqliteConnection connection, BalanceId id) => connection.Query(
        """
        SELECT version, email, currency, top_up_micros, entry_count, entry_hash, notice_count, order_count, armed, low, exhaustion, stretch,
            negative_since_ms, deletion_due_ms, deletion_warnings_given, runway_level, below_own_threshold, own_threshold_micros, recipients, advanced_to_ms, rules_revision, watch_operations, due_at_ms, deletion_held, currency_reserved
        FROM balance WHERE balance = $balance
        """,
        row => new StoredBalance(id, row.GetInt64(0), row.GetString(1), EntryHash: row.GetFieldValue<byte[]>(5), NoticeCount: row.GetInt64(6), DueAt: row.NullableInstant(22), Balance: new Balance
        {
            Currency = CurrencyCode.Find(row.NullableText(2)),
            CurrencyReserved = row.GetBoolean(24),
            TopUp = new Amount(row.GetInt64(3)),
            EntryCount = row.GetInt64(4),
            OrderCount = row.GetInt32(7),
            Standing = new Standing
            {
                Armed = row.GetBoolean(8),
                Low = row.GetBoolean(9),
                Episode = new Episode(row.GetInt32(10), row.GetInt32(11)),
                NegativeSince = row.NullableInstant(12),
                DeletionDue = row.NullableInstant(13),
                DeletionHeld = row.GetBoolean(23),
                DeletionWarningsGiven = row.GetInt32(14),
                RunwayLevel = row.GetInt32(15),
                BelowOwnThreshold = row.GetBoolean(16),
            },
            OwnThreshold = row.NullableLong(17) is { } own ? new Amount(own) : null,
            Recipients = LedgerText.Texts(row.GetString(18)),
            WatchOperations = LedgerText.Texts(row.GetString(21)),
            RulesRevision = row.GetInt64(20),
            AdvancedTo = row.Instant(19),
            Holds = Holds(connection, id),
        }),
        ("balance", id.ToString())).SingleOrDefault();

    public static BalanceId[] Ids(SqliteConnection connection, string? region, BalanceId? after, int limit) =>
        [.. connection.Query(
            "SELECT balance FROM balance WHERE balance > $after AND ($region IS NULL OR region = $region) ORDER BY balance LIMIT $limit",
            row => BalanceId.Parse(row.GetString(0)), ("after", after?.ToString() ?? ""), ("region", region), ("limit", limit))];

    public static BalanceId[] Overdue(SqliteConnection connection, DateTimeOffset by, BalanceId? after, int limit) =>
        [.. connection.Query(
            """
            SELECT balance FROM balance WHERE due_at_ms <= $by AND balance > $after
            UNION
            SELECT b.balance FROM balance b JOIN region_rules r ON r.region = b.region
            WHERE b.counting_vms > 0 AND b.rules_revision < r.revision AND b.balance > $after
            ORDER BY 1 LIMIT $limit
            """,
            row => BalanceId.Parse(row.GetString(0)), ("by", by), ("after", after?.ToString() ?? ""), ("limit", limit))];

    public static TenantStandingView[] Tenants(SqliteConnection connection, string region, StandingLevel? standing, string? after, int limit) =>
        Standings(connection, "b.balance > $after AND ($standing IS NULL OR b.standing = $standing) ORDER BY b.balance", region,
            ("after", after is null ? "" : $"{region}/{after}"), ("standing", standing), ("limit", limit));

    public static TenantStandingView? FindTenant(SqliteConnection connection, BalanceId id) =>
        Standings(connection, "b.balance = $balance", id.Region, ("balance", id.ToString()), ("limit", 1)).SingleOrDefault();

    public static TenantStandingView[] DeletionsDue(SqliteConnection connection, string region, int limit) =>
        Standings(connection, "b.deletion_due_ms IS NOT NULL AND b.counting_vms > 0 ORDER BY b.deletion_due_ms", region, ("limit", limit));

    private static TenantStandingView[] Standings(SqliteConnection connection, string condition, string region, params ReadOnlySpan<(string, object?)> parameters) =>
        [.. connection.Query(
            $"""
             SELECT b.balance, b.email, b.currency, b.standing, b.total_micros, b.counting_vms, b.negative_since_ms, CASE WHEN b.deletion_held THEN NULL ELSE b.deletion_due_ms END,
                 2 * (b.deletion_held AND b.deletion_due_ms IS NOT NULL) | (SELECT ifnull(max(h.actions & 1), 0) + ifnull(max(h.actions & 2), 0) FROM balance_hold h WHERE h.balance = b.balance AND h.until_ms > b.advanced_to_ms)
             FROM balance b WHERE b.region = $region AND {condition} LIMIT $limit
             """,
            row => new TenantStandingView(
                BalanceId.Parse(row.GetString(0)).Tenant, row.GetString(1), CurrencyCode.Find(row.NullableText(2)), row.Named<StandingLevel>(3),
                new Amount(row.GetInt64(4)), row.GetInt32(5), row.NullableInstant(6), row.NullableInstant(7), (HeldActions)row.GetInt32(8)),
            [("region", region), .. parameters])];

    private static ImmutableArray<EnforcementHold> Holds(SqliteConnection connection, BalanceId id) =>
        [.. connection.Query(
            "SELECT id, actions, reason, by_whom, from_ms, until_ms, disputed_micros FROM balance_hold WHERE balance = $balance ORDER BY from_ms, id",
            row => new EnforcementHold(
                row.GetString(0), (HeldActions)row.GetInt32(1), row.GetString(2), row.GetString(3), row.Instant(4), row.Instant(5), row.NullableLong(6) is { } disputed ? new Amount(disputed) : null),
            ("balance", id.ToString()))];
}
