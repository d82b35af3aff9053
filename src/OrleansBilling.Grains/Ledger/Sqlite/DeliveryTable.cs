using Microsoft.Data.Sqlite;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>What is written of the outbox together with the notices.</summary>
internal static class DeliveryTable
{
    public static void Write(SqliteConnection connection, BalanceCommit commit)
    {
        foreach (var delivery in commit.Deliveries)
            connection.Run(
                """
                INSERT INTO notice_delivery (id, balance, notice, channel, recipient, written_ms, attempts, due_ms, state, answers)
                SELECT $id, $balance, $notice, $channel, $recipient, $now, 0, $now, 'Waiting', '[]'
                WHERE $channel <> 'Webhook' OR EXISTS (SELECT 1 FROM notice_settings WHERE balance = $balance AND webhook IS NOT NULL)
                ON CONFLICT DO NOTHING
                """,
                ("id", delivery.Id), ("balance", commit.After.Id.ToString()), ("notice", delivery.Notice), ("channel", delivery.Channel), ("recipient", delivery.Recipient),
                ("now", commit.After.Balance.AdvancedTo));
    }
}
