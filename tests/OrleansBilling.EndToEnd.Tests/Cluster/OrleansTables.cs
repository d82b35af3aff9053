using Npgsql;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.Grains.Ledger.Postgres;

namespace OrleansBilling.EndToEnd.Tests.Cluster;

/// <summary>A database with everything applied, and its queries called as Orleans' providers call them.</summary>
internal sealed class OrleansTables : IAsyncDisposable
{
    public const string ApplicationRole = "billing_app";

    private readonly PostgresServer server;

    private OrleansTables(PostgresServer server, string owner) => (this.server, Owner) = (server, owner);

    /// <summary>How the owner connects.</summary>
    public string Owner { get; }

    public static async Task<OrleansTables> Make()
    {
        var server = await PostgresServer.Run();
        var tables = new OrleansTables(server, await server.NewDatabase("tables"));
        await PostgresMigrations.Apply(tables.Owner, ApplicationRole);
        return tables;
    }

    public async Task<NpgsqlConnection> Open()
    {
        var connection = new NpgsqlConnection(Owner);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>The first value of the first row of a stored query; null when there is no row.</summary>
    public async Task<object?> Call(string query, params (string Name, object? Value)[] parameters)
    {
        await using var connection = await Open();
        return await Call(connection, query, parameters);
    }

    public static async Task<object?> Call(NpgsqlConnection connection, string query, params (string Name, object? Value)[] parameters)
    {
        await using var find = new NpgsqlCommand("SELECT QueryText FROM OrleansQuery WHERE QueryKey = $1", connection) { Parameters = { new() { Value = query } } };
        await using var command = new NpgsqlCommand((string)(await find.ExecuteScalarAsync())!, connection);
        foreach (var (name, value) in parameters)
            command.Parameters.Add(new NpgsqlParameter(name, value ?? DBNull.Value)
            {
                // A provider always says the type, also of nothing.
                DbType = value switch
                {
                    long => System.Data.DbType.Int64,
                    byte[] => System.Data.DbType.Binary,
                    DateTime => System.Data.DbType.DateTime,
                    string => System.Data.DbType.String,
                    null when name == "GrainIdExtensionString" => System.Data.DbType.String,
                    _ => System.Data.DbType.Int32,
                },
            });
        return await command.ExecuteScalarAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
