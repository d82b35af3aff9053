using Npgsql;
using OrleansBilling.Grains.Ledger.Postgres;

namespace OrleansBilling.Host.Settings;

/// <summary>The PostgreSQL database of a cluster. Its connection strings hold passwords and are never shown.</summary>
internal sealed class DatabaseSettings
{
    private const string Application = "Database:ConnectionString";
    private const string Migration = "Database:MigrationConnectionString";

    private DatabaseSettings(NpgsqlConnectionStringBuilder application, string owner, string role)
    {
        (ConnectionString, MigrationConnectionString, ApplicationRole) = (application.ToString(), owner, role);
        Name = $"{application.Database} on {application.Host}:{application.Port}";
    }

    /// <summary>How silos and portals connect.</summary>
    public string ConnectionString { get; }

    /// <summary>How the owner connects, who applies the files of the database.</summary>
    public string MigrationConnectionString { get; }

    /// <summary>The role to which those files grant what silos and portals need.</summary>
    public string ApplicationRole { get; }

    /// <summary>Which database it is, for people.</summary>
    public string Name { get; }

    public static DatabaseSettings? Read(IConfiguration configuration)
    {
        if (configuration.Text(Application) is not { } application)
            return configuration.Text(Migration) is null ? null : throw new RefusedStartException($"Setting {Migration} is given without {Application}.");
        var owner = configuration.Text(Migration) is { } given ? Parse(Migration, given).ToString() : Parse(Application, application).ToString();
        return new DatabaseSettings(Parse(Application, application), owner, configuration.Text("Database:ApplicationRole") ?? "billing_app");
    }

    private static NpgsqlConnectionStringBuilder Parse(string name, string value)
    {
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(value);
            // Below the 30 s after which the caller of a grain gives up, so that a database that hangs is reported as what it is.
            if (!connection.ContainsKey("Command Timeout")) connection.CommandTimeout = 20;
            // The history of a VM is grain state: as durable as the ledger.
            connection.Options = $"{connection.Options} {LedgerDatabase.SessionOptions}".Trim();
            if (connection.Host is { Length: > 0 } && connection.Database is { Length: > 0 }) return connection;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            // What is wrong with it might be a part of the password.
        }
        throw new SettingException(name, "(not shown)", "a connection string of PostgreSQL with Host, Database and Username");
    }
}
