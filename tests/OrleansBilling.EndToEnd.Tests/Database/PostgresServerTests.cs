using Npgsql;

namespace OrleansBilling.EndToEnd.Tests.Database;

public class PostgresServerTests
{
    [PostgresFact]
    public async Task A_database_that_lost_its_postmaster_or_its_power_has_what_was_committed()
    {
        await using var server = await PostgresServer.Run();
        var database = await server.NewDatabase("proof");
        await PostgresServer.Execute(database, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)");

        server.KillPostmaster();
        await server.Start();
        await PostgresServer.Execute(database, "INSERT INTO kept VALUES (2)");
        await server.RestartImmediately();

        Assert.Equal(2L, await PostgresServer.Query<long>(database, "SELECT count(*) FROM kept"));
        await server.StopImmediately();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => PostgresServer.Query<long>(database, "SELECT 1::bigint"));
    }
}
