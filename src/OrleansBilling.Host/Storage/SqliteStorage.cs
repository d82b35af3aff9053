using OrleansBilling.Grains;
using OrleansBilling.Grains.Ledger.Sqlite;
using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Storage;

/// <summary>Two files in the data folder, which is one silo's: one for Orleans' own tables, one for the ledger.</summary>
internal sealed class SqliteStorage(HostSettings settings) : NodeStorage
{
    private readonly string orleans = settings.FileOf("orleans.db");
    private readonly string ledger = settings.FileOf("ledger.db");

    // The name that Orleans gives to SQLite; Microsoft.Data.Sqlite serves it.
    public override string Invariant => "System.Data.SQLite";

    public override string ConnectionString => SqliteDatabase.ConnectionStringOf(orleans);

    public override Task<IReadOnlyList<string>> Migrate()
    {
        DataFolder.Make("Data:Folder", settings.DataFolder);
        return Task.FromResult<IReadOnlyList<string>>(
            [.. SqliteMigrations.Apply(new SqliteDatabase(orleans), "orleans"), .. SqliteMigrations.Apply(new SqliteDatabase(ledger), "ledger")]);
    }

    public override Task Prepare()
    {
        DataFolder.Make("Data:Folder", settings.DataFolder);
        DataFolder.TakeForSilo(settings);
        return Migrate();
    }

    public override Task MustExist() =>
        File.Exists(ledger) && File.Exists(orleans) ? Task.CompletedTask : throw new SettingException("Data:Folder", settings.DataFolder, "a folder with a ledger");

    public override void AddBilling(ISiloBuilder silo, Action<BillingOptions> configure) => silo.AddOrleansBilling(ledger, configure);
}
