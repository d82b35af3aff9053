using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Notices;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>The outbox in the ledger's file.</summary>
public sealed class SqliteOutbox(SqliteDatabase database) : IOutbox
{
    private const int First = 10; // column after those of the notice

    // What is told before a deletion goes before all else, and what was never tried before what is repeated: a deletion waits for it.
    private const string Urgency = "CASE WHEN notice LIKE 'belowzero/%' OR notice LIKE 'deletionnear/%' THEN 0 ELSE 1 END, CASE WHEN attempts = 0 THEN 0 ELSE 1 END";

    /// <inheritdoc/>
    public Task<IReadOnlyList<DueDelivery>> Due(DeliveryChannel channel, DateTimeOffset now, int limit) => database.Read(IReadOnlyList<DueDelivery> (connection) => connection.Query(
        $"""
         SELECT {NoticeColumns}, d.id, d.balance, d.recipient, d.attempts, d.answers, b.currency, s.language, s.webhook, s.secrets
         FROM (SELECT d.*, n.kind IN {KnownNotices.Sql} AS known, row_number() OVER (PARTITION BY d.balance, d.recipient, n.kind IN {KnownNotices.Sql} ORDER BY {Urgency}, d.due_ms, d.written_ms, d.id) AS place
               FROM notice_delivery d JOIN notice n ON n.balance = d.balance AND n.id = d.notice WHERE d.channel = $channel AND d.due_ms <= $now) d
         JOIN notice n ON n.balance = d.balance AND n.id = d.notice JOIN balance b ON b.balance = d.balance LEFT JOIN notice_settings s ON s.balance = d.balance
         WHERE d.place = 1 ORDER BY d.known DESC, {Urgency}, d.due_ms LIMIT $limit
         """,
        row => new DueDelivery
        {
            Notice = NoticeTable.Read(row),
            Id = row.GetString(First),
            Balance = BalanceId.Parse(row.GetString(First + 1)),
            Channel = channel,
            Recipient = row.GetString(First + 2),
            Attempts = row.GetInt32(First + 3),
            Answers = LedgerText.Answers(row.GetString(First + 4)),
            Currency = CurrencyCode.Find(row.NullableText(First + 5)),
            Settings = row.IsDBNull(First + 8) ? NoticeSettings.None : new(row.NullableText(First + 6), row.NullableText(First + 7), LedgerText.Secrets(row.GetString(First + 8)), null, []),
        },
        ("channel", channel), ("now", now), ("limit", limit)));

    /// <inheritdoc/>
    public Task<bool> Claim(DueDelivery delivery, DateTimeOffset until) => database.Write(connection => connection.Run(
        "UPDATE notice_delivery SET attempts = attempts + 1, due_ms = $until WHERE id = $id AND attempts = $attempts AND state = 'Waiting'",
        ("id", delivery.Id), ("attempts", delivery.Attempts), ("until", until)) == 1);

    /// <inheritdoc/>
    public Task Finish(DueDelivery delivery, DeliveryState state, DateTimeOffset? due, IReadOnlyList<DeliveryAnswer> answers) => database.Write(connection => connection.Run(
        "UPDATE notice_delivery SET state = $state, due_ms = $due, answers = $answers WHERE id = $id AND attempts = $attempts",
        ("id", delivery.Id), ("attempts", delivery.Attempts + 1), ("state", state), ("due", due), ("answers", LedgerText.Of(answers))));

    /// <inheritdoc/>
    public Task<IReadOnlyList<Warning>> Warnings(BalanceId balance, Episode episode) => database.Read(IReadOnlyList<Warning> (connection) => connection.Query(
        """
        WITH warning AS (SELECT id, deletion_at_ms FROM notice WHERE balance = $balance AND deletion_at_ms IS NOT NULL AND (id = $first OR id LIKE $further))
        SELECT state, answers FROM notice_delivery
        WHERE balance = $balance AND notice IN (SELECT id FROM warning WHERE deletion_at_ms = (SELECT max(deletion_at_ms) FROM warning))
        """,
        row => new Warning(row.Named<DeliveryState>(0), LedgerText.Answers(row.GetString(1))),
        ("balance", balance.ToString()), ("first", Notice.IdOf(NoticeKind.BelowZero, $"{episode}")), ("further", Notice.IdOf(NoticeKind.DeletionNear, $"{episode}/%"))));

    /// <inheritdoc/>
    public Task<DeliveryView[]?> Deliveries(BalanceId balance, string? before, int limit) => database.Read(DeliveryView[]? (connection) =>
        before is not null && connection.Query("SELECT 1 FROM notice_delivery WHERE balance = $balance AND id = $before", _ => true, ("balance", balance.ToString()), ("before", before)).Count == 0
            ? null
            : [.. connection.Query(
                """
                SELECT d.id, n.number, d.channel, d.recipient, d.written_ms, d.state, d.attempts, d.due_ms, d.answers FROM notice_delivery d JOIN notice n ON n.balance = d.balance AND n.id = d.notice
                WHERE d.balance = $balance AND ($before IS NULL OR (d.written_ms, n.number, d.id) < (
                    SELECT l.written_ms, m.number, l.id FROM notice_delivery l JOIN notice m ON m.balance = l.balance AND m.id = l.notice WHERE l.id = $before))
                ORDER BY d.written_ms DESC, n.number DESC, d.id DESC LIMIT $limit
                """,
                row => new DeliveryView
                {
                    Id = row.GetString(0),
                    Notice = row.GetInt64(1),
                    Channel = row.Named<DeliveryChannel>(2),
                    Recipient = row.GetString(3),
                    WrittenAt = row.Instant(4),
                    State = row.Named<DeliveryState>(5),
                    Attempts = row.GetInt32(6),
                    NextAttemptAt = row.NullableInstant(7),
                    Answers = LedgerText.Answers(row.GetString(8)),
                },
                ("balance", balance.ToString()), ("before", before), ("limit", limit))]);

    /// <inheritdoc/>
    public Task<bool> Replay(BalanceId balance, string delivery, DateTimeOffset now) => database.Write(connection => connection.Run(
        "UPDATE notice_delivery SET attempts = 0, state = 'Waiting', due_ms = $now WHERE id = $id AND balance = $balance AND channel = 'Webhook'",
        ("id", delivery), ("balance", balance.ToString()), ("now", now)) == 1);

    /// <inheritdoc/>
    public Task<NoticeSettings> Settings(BalanceId balance) => database.Read(connection => connection.Query(
        "SELECT language, webhook, secrets, operation, done FROM notice_settings WHERE balance = $balance",
        row => new NoticeSettings(row.NullableText(0), row.NullableText(1), LedgerText.Secrets(row.GetString(2)), row.NullableText(3), LedgerText.Texts(row.GetString(4))),
        ("balance", balance.ToString())).SingleOrDefault() ?? NoticeSettings.None);

    /// <inheritdoc/>
    public Task Store(BalanceId balance, NoticeSettings settings) => database.Write(connection => connection.Run(
        """
        INSERT INTO notice_settings (balance, language, webhook, secrets, operation, done) VALUES ($balance, $language, $webhook, $secrets, $operation, $done)
        ON CONFLICT (balance) DO UPDATE SET language = excluded.language, webhook = excluded.webhook, secrets = excluded.secrets, operation = excluded.operation, done = excluded.done
        """,
        ("balance", balance.ToString()), ("language", settings.Language), ("webhook", settings.Webhook), ("secrets", LedgerText.Of(settings.Secrets)), ("operation", settings.Operation), ("done", LedgerText.Of(settings.Done))));

    /// <inheritdoc/>
    public Task ForgetWebhook(BalanceId balance, string address) => database.Write(connection =>
        connection.Run("UPDATE notice_settings SET webhook = NULL WHERE balance = $balance AND webhook = $webhook", ("balance", balance.ToString()), ("webhook", address)));

    private static readonly string NoticeColumns = string.Join(", ", NoticeTable.Columns.Split(", ").Select(column => $"n.{column}"));
}
