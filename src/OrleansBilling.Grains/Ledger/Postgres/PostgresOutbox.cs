using Npgsql;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Notices;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>The outbox in PostgreSQL, from which any silo sends. Not over the connections of the ledger's writer.</summary>
public sealed class PostgresOutbox(LedgerDatabase ledger) : IOutbox
{
    private const int First = 10; // column after those of the notice

    // What is told before a deletion goes before all else, and what was never tried before what is repeated: a deletion waits for it.
    private const string Urgency = "CASE WHEN notice LIKE 'belowzero/%' OR notice LIKE 'deletionnear/%' THEN 0 ELSE 1 END, CASE WHEN attempts = 0 THEN 0 ELSE 1 END";

    private readonly NpgsqlDataSource database = ledger.Reading;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DueDelivery>> Due(DeliveryChannel channel, DateTimeOffset now, int limit) => await database.Query(
        $"""
         SELECT {NoticeTable.Columns}, d.id, d.balance, d.recipient, d.attempts, d.answers, b.currency, s.language, s.webhook, s.secrets
         FROM (SELECT d.*, n.kind IN {KnownNotices.Sql} AS known, row_number() OVER (PARTITION BY d.balance, d.recipient, n.kind IN {KnownNotices.Sql} ORDER BY {Urgency}, d.due_ms, d.written_ms, d.id) AS place
               FROM notice_delivery d JOIN balance b ON b.balance = d.balance JOIN notice n ON n.balance_number = b.number AND n.id = d.notice WHERE d.channel = $1 AND d.due_ms <= $2) d
         JOIN balance b ON b.balance = d.balance JOIN notice n ON n.balance_number = b.number AND n.id = d.notice LEFT JOIN notice_settings s ON s.balance = d.balance
         WHERE d.place = 1 ORDER BY d.known DESC, {Urgency}, d.due_ms LIMIT $3
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
        channel, now, limit);

    /// <inheritdoc/>
    public async Task<bool> Claim(DueDelivery delivery, DateTimeOffset until) => await database.Run(
        "UPDATE notice_delivery SET attempts = attempts + 1, due_ms = $3 WHERE id = $1 AND attempts = $2 AND state = 'Waiting'", delivery.Id, delivery.Attempts, until) == 1;

    /// <inheritdoc/>
    public Task Finish(DueDelivery delivery, DeliveryState state, DateTimeOffset? due, IReadOnlyList<DeliveryAnswer> answers) => database.Run(
        "UPDATE notice_delivery SET state = $3, due_ms = $4::bigint, answers = $5 WHERE id = $1 AND attempts = $2",
        delivery.Id, delivery.Attempts + 1, state, due, LedgerText.Of(answers));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Warning>> Warnings(BalanceId balance, Episode episode) => await database.Query(
        """
        WITH warning AS (
            SELECT n.id, n.deletion_at_ms FROM notice n JOIN balance b ON b.number = n.balance_number WHERE b.balance = $1 AND n.deletion_at_ms IS NOT NULL AND (n.id = $2 OR n.id LIKE $3))
        SELECT state, answers FROM notice_delivery
        WHERE balance = $1 AND notice IN (SELECT id FROM warning WHERE deletion_at_ms = (SELECT max(deletion_at_ms) FROM warning))
        """,
        row => new Warning(row.Named<DeliveryState>(0), LedgerText.Answers(row.GetString(1))),
        balance.ToString(), Notice.IdOf(NoticeKind.BelowZero, $"{episode}"), Notice.IdOf(NoticeKind.DeletionNear, $"{episode}/%"));

    /// <inheritdoc/>
    public async Task<DeliveryView[]?> Deliveries(BalanceId balance, string? before, int limit)
    {
        if (before is not null && (await database.Query("SELECT 1 FROM notice_delivery WHERE balance = $1 AND id = $2", _ => true, balance.ToString(), before)).Count == 0) return null;
        return [.. await database.Query(
            """
            SELECT d.id, n.number, d.channel, d.recipient, d.written_ms, d.state, d.attempts, d.due_ms, d.answers
            FROM notice_delivery d JOIN balance b ON b.balance = d.balance JOIN notice n ON n.balance_number = b.number AND n.id = d.notice
            WHERE d.balance = $1 AND ($2::text IS NULL OR (d.written_ms, n.number, d.id) < (
                SELECT l.written_ms, m.number, l.id FROM notice_delivery l JOIN notice m ON m.balance_number = b.number AND m.id = l.notice WHERE l.id = $2))
            ORDER BY d.written_ms DESC, n.number DESC, d.id DESC LIMIT $3
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
            balance.ToString(), before, limit)];
    }

    /// <inheritdoc/>
    public async Task<bool> Replay(BalanceId balance, string delivery, DateTimeOffset now) => await database.Run(
        "UPDATE notice_delivery SET attempts = 0, state = 'Waiting', due_ms = $3 WHERE id = $1 AND balance = $2 AND channel = 'Webhook'", delivery, balance.ToString(), now) == 1;

    /// <inheritdoc/>
    public async Task<NoticeSettings> Settings(BalanceId balance) => (await database.Query(
        "SELECT language, webhook, secrets, operation, done FROM notice_settings WHERE balance = $1",
        row => new NoticeSettings(row.NullableText(0), row.NullableText(1), LedgerText.Secrets(row.GetString(2)), row.NullableText(3), LedgerText.Texts(row.GetString(4))),
        balance.ToString())).SingleOrDefault() ?? NoticeSettings.None;

    /// <inheritdoc/>
    public Task Store(BalanceId balance, NoticeSettings settings) => database.Run(
        """
        INSERT INTO notice_settings (balance, language, webhook, secrets, operation, done) VALUES ($1, $2::text, $3::text, $4, $5::text, $6)
        ON CONFLICT (balance) DO UPDATE SET language = excluded.language, webhook = excluded.webhook, secrets = excluded.secrets, operation = excluded.operation, done = excluded.done
        """,
        balance.ToString(), settings.Language, settings.Webhook, LedgerText.Of(settings.Secrets), settings.Operation, LedgerText.Of(settings.Done));

    /// <inheritdoc/>
    public Task ForgetWebhook(BalanceId balance, string address) =>
        database.Run("UPDATE notice_settings SET webhook = NULL WHERE balance = $1 AND webhook = $2", balance.ToString(), address);
}
