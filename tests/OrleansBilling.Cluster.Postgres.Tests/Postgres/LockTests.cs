using Npgsql;
using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Fencing;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Postgres.Tests.Postgres;

/// <summary>Transactions that wait for each other.</summary>
public sealed class LockTests
{
    [Fact]
    public async Task A_transaction_that_is_ended_because_of_a_deadlock_is_repeated_and_has_an_answer()
    {
        await using var ledger = await TestDatabase.New();
        var store = ledger.Open();
        string[] names = ["a", "b", "c"];
        var created = names.Select(name => LooseLedger.Decide(StoredBalance.None(LooseLedger.Tenant(name)), step => step.TopUp("op", Currency.Usd, Amount.Parse("1"), "x"))).ToList();
        await store.Commit(created);

        // A transaction looks for a deadlock once, some time after it began to wait. So the circle is closed before the store's begins its last wait, however slow the machine is.
        await using var middle = ledger.Connect();
        await Run(middle, "BEGIN; UPDATE balance SET version = version WHERE balance = 'vn/b'");
        await using var other = ledger.Connect();
        await Run(other, "SET deadlock_timeout = '1h'; BEGIN; UPDATE balance SET version = version WHERE balance = 'vn/c'"); // never the one that is ended
        var commit = store.Commit([.. created.Select(one => LooseLedger.Decide(one.After, step => step.TopUp("op2", Currency.Usd, Amount.Parse("1"), "x")))]);
        await Waiting(ledger, 1, commit); // it has a, and waits for b
        var wish = Run(other, "UPDATE balance SET version = version WHERE balance = 'vn/a'");
        await Waiting(ledger, 2, wish);
        await Run(middle, "ROLLBACK"); // from here on it waits for c, whose owner waits for a

        await wish; // only when the store's transaction is ended
        await Run(other, "COMMIT");
        Assert.All(await commit, result => Assert.Equal(CommitResult.Committed, result));
        Assert.Equal(6, ledger.Query("SELECT count(*) FROM ledger_entry", row => row.GetInt32(0))[0]);
    }

    [Fact]
    public async Task No_commit_becomes_durable_after_the_end_of_the_rules_that_it_was_decided_by()
    {
        await using var ledger = await TestDatabase.New();
        await RulesFenceTests.Race(ledger);
        var late = ledger.Query(
            """
            SELECT b.balance FROM balance b JOIN
                (SELECT operation AS revision, pg_xact_commit_timestamp(xmin) AS began FROM price_version UNION ALL SELECT id, pg_xact_commit_timestamp(xmin) FROM region_hold) r
                ON r.revision = (b.rules_revision + 1)::text
            WHERE pg_xact_commit_timestamp(b.xmin) > r.began
            """,
            row => row.GetString(0));
        Assert.Empty(late);
    }

    private static async Task Waiting(TestDatabase ledger, int count, Task last)
    {
        while (ledger.Query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", row => row.GetInt32(0))[0] < count)
        {
            Assert.False(last.IsCompleted, "It does not wait.");
            await Task.Delay(1);
        }
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
