using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansBilling.Domain.Balances;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Ledger.Postgres;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Grains.Vms;

namespace OrleansBilling.Benchmarks;

/// <summary>One silo in this process, with its ledger, grain state and reminders on a PostgreSQL database of its own.</summary>
internal sealed class BenchmarkSilo : IAsyncDisposable
{
    private readonly InProcessTestCluster cluster;
    private readonly NpgsqlDataSource ledger;
    private BillingRules? rules;

    private BenchmarkSilo(InProcessTestCluster cluster, NpgsqlDataSource ledger, LoadClock clock, string database) =>
        (this.cluster, this.ledger, Clock, Database) = (cluster, ledger, clock, database);

    public LoadClock Clock { get; }

    /// <summary>How its owner connects to the database.</summary>
    public string Database { get; }

    public IServiceProvider Services => cluster.Silos[0].ServiceProvider;

    /// <summary>Grains as other grains of this silo call them.</summary>
    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public ILedgerStore Ledger => Services.GetRequiredService<ILedgerStore>();

    public static async Task<BenchmarkSilo> Start(PostgresServer server, string name)
    {
        var database = await server.NewDatabase(name);
        await PostgresMigrations.Apply(database, "billing_app");
        var orleans = database + ";Maximum Pool Size=32";
        var clock = new LoadClock(Fleet.Start);
        var ledger = LedgerDatabase.Open(database);
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error));
            silo.AddAdoNetGrainStorage(StorageNames.State, options =>
                (options.Invariant, options.ConnectionString, options.GrainStorageSerializer) = ("Npgsql", orleans, new PlainJson()));
            silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = ("Npgsql", orleans));
            silo.UseBusinessClock(clock);
            silo.Services.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromHours(2));
            silo.AddOrleansBilling(ledger, options =>
            {
                options.SweepEvery = TimeSpan.FromDays(1);
                options.Regions["vn"] = new RegionOptions { Packages = { [Fleet.Package] = new PackageOptions { PricePerHour = "2.49" } } };
            });
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new BenchmarkSilo(cluster, ledger, clock, database);
    }

    public async Task<IReadOnlyList<FleetVm>> CreateFleet(int balances, int vmsEach, bool withState = false)
    {
        rules = await Services.GetRequiredService<RegionRules>().Of("vn");
        var vms = await Fleet.Create(Ledger, rules, balances, vmsEach);
        Clock.Reach(vms[^1].Reading.Through);
        if (withState) await WriteStates(vms);
        return vms;
    }

    public Domain.Metering.Package Package() => rules!.Prices[Fleet.Package];

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        await ledger.DisposeAsync();
    }

    /// <summary>What each VM's grain would have stored on its way to Running.</summary>
    private async Task WriteStates(IReadOnlyList<FleetVm> vms)
    {
        var storage = Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.State);
        await Parallel.ForEachAsync(vms, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (vm, _) =>
        {
            var running = vm.Reading.Through.ToUnixTimeMilliseconds();
            var state = new GrainState<VmState>(new VmState
            {
                Package = Fleet.Package, Name = vm.Id, Revision = 2, HasReminder = true,
                History = [new StoredStatus(Fleet.Start.ToUnixTimeMilliseconds() - 1, 1), new StoredStatus(running, 2)],
            });
            await storage.WriteStateAsync("vm", Grains.GetGrain<Contracts.Vms.IVmGrain>($"{vm.Balance}/{vm.Id}").GetGrainId(), state);
        });
    }

    private sealed class PlainJson : IGrainStorageSerializer
    {
        private static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web);

        public BinaryData Serialize<T>(T input) => new(JsonSerializer.SerializeToUtf8Bytes(input, options));

        public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input, options)!;
    }
}
