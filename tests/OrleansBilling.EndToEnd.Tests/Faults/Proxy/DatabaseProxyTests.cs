using System.Diagnostics;
using Npgsql;
using OrleansBilling.EndToEnd.Tests.Database;

namespace OrleansBilling.EndToEnd.Tests.Faults.Proxy;

/// <summary>That the proxy takes what it is to take, and nothing else.</summary>
public sealed class DatabaseProxyTests(OnePostgresServer one) : IClassFixture<OnePostgresServer>, IAsyncLifetime
{
    private DatabaseProxy proxy = null!;
    private string direct = "";
    private string proxied = "";

    public async Task InitializeAsync()
    {
        if (one.Server is not { } server) return; // every test is skipped
        var name = $"proof_{Guid.NewGuid():N}";
        proxy = DatabaseProxy.To(server.Port);
        direct = await server.NewDatabase(name);
        proxied = PostgresServer.ConnectionStringOf(name, proxy.Port);
        await PostgresServer.Execute(proxied, "CREATE TABLE kept (id int PRIMARY KEY)");
    }

    public async Task DisposeAsync()
    {
        if (proxy is not null) await proxy.DisposeAsync();
    }

    [PostgresTheory]
    [InlineData("simple query")]
    [InlineData("batch")]
    [InlineData("transaction")]
    [InlineData("prepared")]
    public async Task F6_When_the_answer_to_a_commit_is_lost_the_client_sees_a_failure_and_the_row_is_there(string way)
    {
        await using var connection = new NpgsqlConnection(proxied);
        await connection.OpenAsync();
        await Insert(connection, way, 1); // passes
        proxy.LoseCommits(1);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Insert(connection, way, 2));
        Assert.Equal(1, proxy.LostCommits);
        Assert.Equal(2L, await PostgresServer.Query<long>(direct, "SELECT count(*) FROM kept"));

        // Only that one: a new connection has nothing to fear, and the repetition finds what was done.
        await using var again = new NpgsqlConnection(proxied);
        await again.OpenAsync();
        var repeated = await Assert.ThrowsAsync<PostgresException>(() => Insert(again, way, 2));
        Assert.Equal(PostgresErrorCodes.UniqueViolation, repeated.SqlState);
    }

    [PostgresFact]
    public async Task A_rollback_and_what_commits_by_itself_pass()
    {
        proxy.LoseCommits(1);
        await using var connection = new NpgsqlConnection(proxied);
        await connection.OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await Run(connection, "INSERT INTO kept VALUES (1)");
            await transaction.RollbackAsync();
        }
        await Run(connection, "INSERT INTO kept VALUES (2)");
        Assert.Equal(0, proxy.LostCommits);
    }

    [PostgresFact]
    public async Task A_cut_ends_what_is_open_and_a_refusal_what_is_new_until_it_heals()
    {
        await using var connection = new NpgsqlConnection(proxied);
        await connection.OpenAsync();
        proxy.Cut();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Run(connection, "INSERT INTO kept VALUES (1)"));
        proxy.Refuse();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => PostgresServer.Execute(proxied, "INSERT INTO kept VALUES (2)"));
        proxy.Heal();
        await PostgresServer.Execute(proxied, "INSERT INTO kept VALUES (3)");
        Assert.Equal(3, await PostgresServer.Query<int>(direct, "SELECT min(id) FROM kept"));
    }

    [PostgresFact]
    public async Task F9_A_delay_lets_everything_wait_and_a_silence_lasts_until_it_heals()
    {
        proxy.Delay = TimeSpan.FromMilliseconds(300);
        var waited = Stopwatch.StartNew();
        await PostgresServer.Execute(proxied, "INSERT INTO kept VALUES (1)");
        Assert.True(waited.Elapsed >= TimeSpan.FromMilliseconds(600)); // there and back at least

        proxy.Heal();
        await using var connection = new NpgsqlConnection(proxied);
        await connection.OpenAsync();
        proxy.FallSilent();
        var insert = Run(connection, "INSERT INTO kept VALUES (2)");
        await Task.Delay(200);
        Assert.False(insert.IsCompleted);
        Assert.Equal(1L, await PostgresServer.Query<long>(direct, "SELECT count(*) FROM kept"));
        proxy.Heal();
        await insert;
    }

    private static async Task Insert(NpgsqlConnection connection, string way, int id)
    {
        var insert = $"INSERT INTO kept VALUES ({id})";
        switch (way)
        {
            case "simple query":
                await Run(connection, $"BEGIN; {insert}; COMMIT");
                break;
            case "batch":
                await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { new("BEGIN"), new(insert), new("COMMIT") } }) await batch.ExecuteNonQueryAsync();
                break;
            case "transaction":
                await using (var transaction = await connection.BeginTransactionAsync())
                {
                    await Run(connection, insert);
                    await transaction.CommitAsync();
                }
                break;
            case "prepared":
                await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { new("BEGIN"), new("INSERT INTO kept VALUES ($1)") { Parameters = { new() { Value = id } } }, new("COMMIT") } })
                {
                    await batch.PrepareAsync();
                    await batch.ExecuteNonQueryAsync();
                }
                break;
        }
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // every text is written above
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
