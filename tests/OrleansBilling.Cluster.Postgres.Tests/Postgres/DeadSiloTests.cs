using System.Net;
using Npgsql;
using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Fencing;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Postgres.Tests.Postgres;

/// <summary>A silo that was declared dead and does not know it (C7). What it would write nobody else has written since.</summary>
public sealed class DeadSiloTests : IAsyncLifetime
{
    private const string ClusterId = @"a cluster\'s id";
    private const string Dead = "UPDATE OrleansMembership SET Status = 6 WHERE Generation = 1";
    private const string WriteState =
        """
        INSERT INTO OrleansGrainState AS s VALUES (1, 1, 0, 0, 'vn/t1/vm', 'vm', 'billing', 1, now(), '{}')
        ON CONFLICT (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainIdExtensionString, GrainTypeString, ServiceId) DO UPDATE SET Version = s.Version + 1
        """;

    private const string Waiting =
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

    private TestDatabase ledger = null!;

    public async Task InitializeAsync()
    {
        ledger = await TestDatabase.New();
        ledger.Run($"INSERT INTO OrleansMembershipVersion VALUES ('{ClusterId.Replace("'", "''", StringComparison.Ordinal)}', 1)");
        for (var generation = 1; generation <= 2; generation++)
            ledger.Run(
                $"""
                 INSERT INTO OrleansMembership SELECT ClusterId, '127.0.0.1', 11111, {generation}, 'silo', 'host', 3, 0, now(), now() FROM OrleansMembershipVersion
                 """);
    }

    public async Task DisposeAsync() => await ledger.DisposeAsync();

    [Fact]
    public async Task C7_a_silo_that_was_declared_dead_commits_nothing_and_another_one_goes_on()
    {
        var (first, second) = (ledger.OpenAs(Silo(1), ClusterId), ledger.OpenAs(Silo(2), ClusterId));
        var (known, fresh) = (LooseLedger.Tenant("known"), LooseLedger.Tenant("fresh"));
        Assert.Equal([CommitResult.Committed], await first.Commit([TopUp(StoredBalance.None(known), "1")]));
        var read = await first.Load(known);

        ledger.Run(Dead);
        foreach (var late in new[] { TopUp(read, "2"), TopUp(StoredBalance.None(fresh), "2") })
            Assert.Contains("declared dead", (await Assert.ThrowsAsync<PostgresException>(() => first.Commit([late]))).MessageText, StringComparison.Ordinal);
        Assert.Equal((1, 1), (Rows("balance"), Rows("ledger_entry")));
        Assert.Equal([CommitResult.Committed, CommitResult.Committed], await second.Commit([TopUp(read, "3"), TopUp(StoredBalance.None(fresh), "3")]));
    }

    [Fact]
    public async Task C7_a_silo_whose_row_was_cleaned_up_is_as_dead_and_one_that_is_no_member_is_not_asked()
    {
        ledger.Run("DELETE FROM OrleansMembership WHERE Generation = 1");
        var commit = TopUp(StoredBalance.None(LooseLedger.Tenant("t1")), "1");
        await Assert.ThrowsAsync<PostgresException>(() => ledger.OpenAs(Silo(1), ClusterId).Commit([commit]));
        Assert.Equal([CommitResult.Committed], await ledger.Open().Commit([commit]));
    }

    [Fact]
    public void C7_a_silo_that_was_declared_dead_changes_no_VM()
    {
        using var silo = ledger.ConnectAs(Silo(1), ClusterId);
        Assert.Equal(1, Run(silo, WriteState));
        ledger.Run(Dead);
        Assert.Throws<PostgresException>(() => Run(silo, WriteState));
        Assert.Equal(1, ledger.Query("SELECT Version FROM OrleansGrainState", row => row.GetInt32(0))[0]);
    }

    [Fact]
    public async Task C7_a_death_is_declared_when_the_silos_transactions_have_ended_and_before_any_that_comes_later()
    {
        using var underway = ledger.ConnectAs(Silo(1), ClusterId);
        using var later = ledger.ConnectAs(Silo(1), ClusterId);
        Run(underway, "BEGIN");
        Run(underway, WriteState);

        var declared = Task.Run(() => ledger.Run(Dead));
        await Waits(1);
        var refused = Task.Run(() => Assert.Throws<PostgresException>(() => Run(later, WriteState.Replace("t1", "t2", StringComparison.Ordinal))));
        await Waits(2); // in line, although the one that is under way shares its lock
        Assert.False(declared.IsCompleted);
        Run(underway, "COMMIT");
        await Task.WhenAll(declared, refused);
        Assert.Equal(["vn/t1/vm"], ledger.Query("SELECT GrainIdExtensionString FROM OrleansGrainState", row => row.GetString(0)));
    }

    [Fact]
    public async Task C7_E1_a_silo_that_stands_still_in_a_transaction_holds_neither_its_balances_nor_its_death()
    {
        var store = ledger.OpenAs(Silo(2), ClusterId);
        await store.Commit([TopUp(StoredBalance.None(LooseLedger.Tenant("t1")), "1")]);
        await using var frozen = await ledger.WritingAs(Silo(1), ClusterId).OpenConnectionAsync();
        Run(frozen, "BEGIN");
        Run(frozen, "UPDATE balance SET version = version + 1");

        ledger.Run(Dead); // waits for it
        Assert.Equal([CommitResult.Committed], await store.Commit([TopUp(await store.Load(LooseLedger.Tenant("t1")), "2")]));
        Assert.Equal("25P03", Assert.Throws<PostgresException>(() => Run(frozen, "COMMIT")).SqlState);
    }

    private async Task Waits(int number)
    {
        for (var times = 0; ledger.Query(Waiting, row => row.GetInt32(0))[0] < number; times++)
        {
            Assert.True(times < 30_000, $"There are not {number} that wait."); // minutes: only ends what would never end
            await Task.Delay(10);
        }
    }

    private static SiloAddress Silo(int generation) => SiloAddress.New(IPAddress.Loopback, 11111, generation);

    private static BalanceCommit TopUp(StoredBalance read, string operation) =>
        LooseLedger.Decide(read, step => step.TopUp(operation, Currency.Usd, Amount.Parse("1"), "x"));

    private static int Run(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // the texts are above
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return command.ExecuteNonQuery();
    }

    private int Rows(string table) => ledger.Query($"SELECT count(*) FROM {table}", row => row.GetInt32(0))[0];
}
