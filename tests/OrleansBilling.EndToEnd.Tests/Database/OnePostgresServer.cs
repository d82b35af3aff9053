namespace OrleansBilling.EndToEnd.Tests.Database;

/// <summary>One server for all tests of a class, each of which makes a database of its own. None where PostgreSQL is not installed.</summary>
public sealed class OnePostgresServer : IAsyncLifetime
{
    public PostgresServer? Server { get; private set; }

    public async Task InitializeAsync()
    {
        if (PostgresServer.Programs is not null) Server = await PostgresServer.Run();
    }

    public async Task DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
    }
}
