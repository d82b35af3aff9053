using Npgsql;
using OrleansBilling.Contracts;
using OrleansBilling.Grains.Notices;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>What is written of the outbox together with the notices.</summary>
internal static class DeliveryTable
{
    public static NpgsqlBatchCommand? Write(IReadOnlyList<NumberedCommit> commits)
    {
        var deliveries = commits.SelectMany(commit => commit.Commit.Deliveries, (commit, delivery) => (commit.Commit.After.Id, commit.Commit.After.Balance.AdvancedTo, Delivery: delivery)).ToList();
        return deliveries.Count == 0 ? null : new Rows<(BalanceId Id, DateTimeOffset Now, Delivery Delivery)>(deliveries)
            .Text(row => row.Delivery.Id).Text(row => row.Id.ToString()).Text(row => row.Delivery.Notice).Text(row => row.Delivery.Channel.ToString())
            .Text(row => row.Delivery.Recipient).Instant(row => row.Now)
            .In(
                """
                INSERT INTO notice_delivery (id, balance, notice, channel, recipient, written_ms, attempts, due_ms, state, answers)
                SELECT d.id, d.balance, d.notice, d.channel, d.recipient, d.now, 0, d.now, 'Waiting', '[]'
                FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) AS d (id, balance, notice, channel, recipient, now)
                WHERE d.channel <> 'Webhook' OR EXISTS (SELECT FROM notice_settings s WHERE s.balance = d.balance AND s.webhook IS NOT NULL)
                ON CONFLICT DO NOTHING
                """);
    }
}
