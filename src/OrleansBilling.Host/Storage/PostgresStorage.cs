using Npgsql;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Ledger.Postgres;
using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Storage;

/// <summary>One PostgreSQL database for everything, shared by all nodes of a cluster.</summary>
internal sealed class PostgresStorage(DatabaseSettings settings, bool isDevelopment) : NodeStorage
{
    public override string Invariant => "Npgsql";

    public override string ConnectionString => settings.ConnectionString;

    /// <summary>Under the silo's name, because its membership table is here.</summary>
    public override string ConnectionStringOf(ILocalSiloDetails silo) => SiloConnection.Of(ConnectionString, silo.ClusterId, silo.SiloAddress);

    public override Task<IReadOnlyList<string>> Migrate() =>
        Using("Database:MigrationConnectionString", () => PostgresMigrations.Apply(settings.MigrationConnectionString, settings.ApplicationRole));

    /// <summary>Outside development a silo changes no database: that is done once, before the silos of a new version start, and not by their login.</summary>
    public override async Task Prepare()
    {
        if (isDevelopment) await Migrate();
        await MustExist();
    }

    public override async Task MustExist()
    {
        var missing = await Using("Database:ConnectionString", () => PostgresMigrations.Missing(settings.ConnectionString));
        if (missing.Count > 0)
            throw new RefusedStartException($"The database {settings.Name} lacks {string.Join(", ", missing)}: run 'OrleansBilling.Host migrate' with the settings of this silo and the owner's connection first.");
    }

    public override void AddBilling(ISiloBuilder silo, Action<BillingOptions> configure) =>
        silo.AddOrleansBilling(services => LedgerDatabase.Open(ConnectionStringOf(services.GetRequiredService<ILocalSiloDetails>())), configure);

    private async Task<T> Using<T>(string setting, Func<Task<T>> use)
    {
        try
        {
            return await use();
        }
        catch (NpgsqlException failed)
        {
            throw new RefusedStartException($"The database {settings.Name} cannot be used as {setting} says: {failed.Message}");
        }
        catch (InvalidOperationException changed)
        {
            throw new RefusedStartException(changed.Message);
        }
    }
}
