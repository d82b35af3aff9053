using Npgsql;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>The balances' own rows, with their holds.</summary>
internal static class BalanceTable
{
    // In the order of the columns of Values below.
    private const string Written =
        """
        version, email, currency, top_up_micros, total_micros, counting_vms, standing, entry_count, notice_count, order_count, armed, low, exhaustion, stretch,
        negative_since_ms, deletion_due_ms, deletion_warnings_given, runway_level, below_own_threshold, own_threshold_micros, recipients, watch_operations,
        advanced_to_ms, due_at_ms, rules_revision, deletion_held, currency_reserved
        """;

    private const string Columns =
        """
        version, email, currency, top_up_micros, entry_count, region, notice_count, order_count, armed, low, exhaustion, stretch,
        negative_since_ms, deletion_due_ms, deletion_warnings_given, runway_level, below_own_threshold, own_threshold_micros, recipients, advanced_to_ms, rules_revision,
        watch_operations, due_at_ms, deletion_held, currency_reserved
        """;

    /// <summary>
    /// Writes each balance whose version is still the one that was read, and whose region's rules are still those that it was decided
    /// by; the others are left as they are.
    /// </summary>
    /// <returns>A statement that answers with the balance and the number of each that was written.</returns>
    public static NpgsqlBatchCommand Update(IReadOnlyList<BalanceCommit> commits) => Values(commits)
        .In(
            $"""
             UPDATE balance SET ({Written}) = (
                 c.version, c.email, c.currency, c.top_up, c.total, c.vms, c.standing, c.entries, c.notices, c.orders, c.armed, c.low, c.exhaustion, c.stretch,
                 c.negative_since, c.deletion_due, c.warnings, c.runway, c.below_own, c.own, c.recipients, c.watches, c.advanced_to, c.due_at, c.rules, c.deletion_held, c.currency_reserved)
             FROM {Unnested} LEFT JOIN region_rules r ON r.region = c.region
             WHERE coalesce(r.revision, 0) = c.decided_by AND balance.balance = c.key AND balance.version = c.version - 1
             RETURNING balance.balance, balance.number
             """);

    /// <summary>As <see cref="Update"/>, for balances of which nothing has changed but what was charged: almost all that are ever written.</summary>
    public static NpgsqlBatchCommand UpdateCharged(IReadOnlyList<BalanceCommit> commits) => new Rows<BalanceCommit>(commits)
        .Text(commit => commit.Key).Text(commit => commit.After.Id.Region).Long(commit => commit.After.Version).Long(commit => commit.After.Balance.TopUp.Micros)
        .Long(commit => commit.After.Balance.Total.Micros).Long(commit => commit.After.Balance.EntryCount).Instant(commit => commit.After.Balance.AdvancedTo)
        .Long(commit => commit.DecidedBy)
        .In(
            """
            UPDATE balance SET version = c.version, top_up_micros = c.top_up, total_micros = c.total, entry_count = c.entries, advanced_to_ms = c.advanced_to
            FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
                AS c (key, region, version, top_up, total, entries, advanced_to, decided_by) LEFT JOIN region_rules r ON r.region = c.region
            WHERE coalesce(r.revision, 0) = c.decided_by AND balance.balance = c.key AND balance.version = c.version - 1
            RETURNING balance.balance, balance.number
            """);

    /// <summary>As <see cref="Update"/>, for balances that are not stored yet.</summary>
    public static NpgsqlBatchCommand Insert(IReadOnlyList<BalanceCommit> commits) => Values(commits)
        .In(
            $"""
             INSERT INTO balance (balance, region, {Written})
             SELECT c.key, c.region, c.version, c.email, c.currency, c.top_up, c.total, c.vms, c.standing, c.entries, c.notices, c.orders, c.armed, c.low, c.exhaustion, c.stretch,
                 c.negative_since, c.deletion_due, c.warnings, c.runway, c.below_own, c.own, c.recipients, c.watches, c.advanced_to, c.due_at, c.rules, c.deletion_held, c.currency_reserved
             FROM {Unnested} LEFT JOIN region_rules r ON r.region = c.region
             WHERE coalesce(r.revision, 0) = c.decided_by
             ON CONFLICT (balance) DO NOTHING
             RETURNING balance, number
             """);

    /// <summary>The holds that the commits place or end.</summary>
    public static NpgsqlBatchCommand? WriteHolds(IReadOnlyList<NumberedCommit> commits)
    {
        var holds = commits.SelectMany(commit => commit.Commit.Holds, (commit, hold) => (commit.Number, Hold: hold)).ToList();
        return holds.Count == 0 ? null : new Rows<(long Number, EnforcementHold Hold)>(holds)
            .Long(row => row.Number).Text(row => row.Hold.Id).Int(row => (int)row.Hold.Actions).Text(row => row.Hold.Reason).Text(row => row.Hold.By)
            .Instant(row => row.Hold.From).Instant(row => row.Hold.Until).NullableLong(row => row.Hold.Disputed?.Micros)
            .In(
                """
                INSERT INTO balance_hold (balance_number, id, actions, reason, by_whom, from_ms, until_ms, disputed_micros)
                SELECT * FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[])
                ON CONFLICT (balance_number, id) DO UPDATE SET until_ms = excluded.until_ms, disputed_micros = excluded.disputed_micros
                """);
    }

    // LIMIT: a ledger that lost its key can be read all the same, so that `verify` says what is wrong with it.
    public static string SelectOne => $"SELECT {Columns}, (SELECT hash FROM ledger_entry e WHERE e.balance_number = b.number AND e.number = b.entry_count LIMIT 1) FROM balance b WHERE balance = $1";

    public static StoredBalance Read(BalanceId id, NpgsqlDataReader row) => new(
        id, row.GetInt64(0), row.GetString(1), EntryHash: row.IsDBNull(25) ? [] : row.GetFieldValue<byte[]>(25), NoticeCount: row.GetInt64(6), DueAt: row.NullableInstant(22),
        Balance: new Balance
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
        });

    public const string SelectHolds = "SELECT id, actions, reason, by_whom, from_ms, until_ms, disputed_micros FROM balance_hold h JOIN balance b ON b.number = h.balance_number WHERE b.balance = $1 ORDER BY from_ms, id";

    public static EnforcementHold ReadHold(NpgsqlDataReader row) =>
        new(row.GetString(0), (HeldActions)row.GetInt32(1), row.GetString(2), row.GetString(3), row.Instant(4), row.Instant(5), row.NullableLong(6) is { } disputed ? new Amount(disputed) : null);

    public static async Task<BalanceId[]> Overdue(NpgsqlDataSource database, DateTimeOffset by, BalanceId? after, int limit) =>
        [.. await database.Query(
            """
            (SELECT balance COLLATE "C" FROM balance WHERE due_at_ms <= $1 AND balance COLLATE "C" > $2 ORDER BY 1 LIMIT $3)
            UNION
            (SELECT b.balance COLLATE "C" FROM balance b JOIN region_rules r ON r.region = b.region
             WHERE b.counting_vms > 0 AND b.rules_revision < r.revision AND b.balance COLLATE "C" > $2 ORDER BY 1 LIMIT $3)
            ORDER BY 1 LIMIT $3
            """,
            row => BalanceId.Parse(row.GetString(0)), by, after?.ToString() ?? "", limit)];

    public static async Task<BalanceId[]> Ids(NpgsqlDataSource database, string? region, BalanceId? after, int limit) =>
        [.. await database.Query(
            """SELECT balance COLLATE "C" FROM balance WHERE ($1 = '' OR region = $1) AND balance COLLATE "C" > $2 ORDER BY 1 LIMIT $3""",
            row => BalanceId.Parse(row.GetString(0)), region ?? "", after?.ToString() ?? "", limit)];

    public static async Task<TenantStandingView[]> Tenants(NpgsqlDataSource database, string region, StandingLevel? standing, string? after, int limit) =>
        await Standings(
            database, "b.region = $1 AND b.balance > $3 AND ($4 = '' OR b.standing = $4) ORDER BY b.balance", region, limit,
            after is null ? "" : $"{region}/{after}", standing?.ToString() ?? "");

    public static async Task<TenantStandingView?> FindTenant(NpgsqlDataSource database, BalanceId id) =>
        (await Standings(database, "b.region = $1 AND b.balance = $3", id.Region, 1, id.ToString())).SingleOrDefault();

    public static Task<TenantStandingView[]> DeletionsDue(NpgsqlDataSource database, string region, int limit) =>
        Standings(database, "b.region = $1 AND b.deletion_due_ms IS NOT NULL AND b.counting_vms > 0 ORDER BY b.deletion_due_ms", region, limit);

    private static async Task<TenantStandingView[]> Standings(NpgsqlDataSource database, string condition, string region, int limit, params object?[] more) =>
        [.. await database.Query(
            $"""
             SELECT b.balance, b.email, b.currency, b.standing, b.total_micros, b.counting_vms, b.negative_since_ms, CASE WHEN b.deletion_held THEN NULL ELSE b.deletion_due_ms END,
                 CASE WHEN b.deletion_held AND b.deletion_due_ms IS NOT NULL THEN 2 ELSE 0 END | (SELECT coalesce(bit_or(h.actions), 0) FROM balance_hold h WHERE h.balance_number = b.number AND h.until_ms > b.advanced_to_ms)
             FROM balance b WHERE {condition} LIMIT $2
             """,
            row => new TenantStandingView(
                BalanceId.Parse(row.GetString(0)).Tenant, row.GetString(1), CurrencyCode.Find(row.NullableText(2)), row.Named<StandingLevel>(3),
                new Amount(row.GetInt64(4)), row.GetInt32(5), row.NullableInstant(6), row.NullableInstant(7), (HeldActions)row.GetInt32(8)),
            [region, limit, .. more])];

    private const string Unnested =
        """
        unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::int[], $9::text[], $10::bigint[], $11::bigint[], $12::int[],
            $13::boolean[], $14::boolean[], $15::int[], $16::int[], $17::bigint[], $18::bigint[], $19::int[], $20::int[], $21::boolean[], $22::bigint[], $23::text[], $24::text[],
            $25::bigint[], $26::bigint[], $27::bigint[], $28::boolean[], $29::boolean[], $30::bigint[])
            AS c (key, region, version, email, currency, top_up, total, vms, standing, entries, notices, orders, armed, low, exhaustion, stretch,
                negative_since, deletion_due, warnings, runway, below_own, own, recipients, watches, advanced_to, due_at, rules, deletion_held, currency_reserved, decided_by)
        """;

    private static Rows<BalanceCommit> Values(IReadOnlyList<BalanceCommit> commits) => new Rows<BalanceCommit>(commits)
        .Text(commit => commit.Key).Text(commit => commit.After.Id.Region).Long(commit => commit.After.Version).Text(commit => commit.After.Email).Text(commit => commit.After.Balance.Currency?.Code())
        .Long(commit => commit.After.Balance.TopUp.Micros).Long(commit => commit.After.Balance.Total.Micros).Int(commit => commit.After.Balance.Vms.Counting)
        .Text(commit => commit.After.Balance.Standing.Level.ToString()).Long(commit => commit.After.Balance.EntryCount).Long(commit => commit.After.NoticeCount)
        .Int(commit => commit.After.Balance.OrderCount).Flag(commit => commit.After.Balance.Standing.Armed).Flag(commit => commit.After.Balance.Standing.Low)
        .Int(commit => commit.After.Balance.Standing.Episode.Exhaustion).Int(commit => commit.After.Balance.Standing.Episode.Stretch)
        .NullableInstant(commit => commit.After.Balance.Standing.NegativeSince).NullableInstant(commit => commit.After.Balance.Standing.DeletionDue)
        .Int(commit => commit.After.Balance.Standing.DeletionWarningsGiven).Int(commit => commit.After.Balance.Standing.RunwayLevel)
        .Flag(commit => commit.After.Balance.Standing.BelowOwnThreshold).NullableLong(commit => commit.After.Balance.OwnThreshold?.Micros)
        .Text(commit => LedgerText.Of(commit.After.Balance.Recipients)).Text(commit => LedgerText.Of(commit.After.Balance.WatchOperations))
        .Instant(commit => commit.After.Balance.AdvancedTo).NullableInstant(commit => commit.After.DueAt).Long(commit => commit.After.Balance.RulesRevision)
        .Flag(commit => commit.After.Balance.Standing.DeletionHeld).Flag(commit => commit.After.Balance.CurrencyReserved).Long(commit => commit.DecidedBy);
}
