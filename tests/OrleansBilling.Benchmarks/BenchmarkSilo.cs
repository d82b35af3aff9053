using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Storage;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Processes;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Ledger.Postgres;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Grains.Vms;

namespace OrleansBilling.Benchmarks;

/// <summary>What a question wants of its silo.</summary>
internal sealed record SiloSetup
{
    /// <summary>On real time, with the sweep of a real silo; otherwise on the clock that the load drives, with no sweep.</summary>
    public bool RealTime { get; init; }

    public BillingPolicy Policy { get; init; } = new();

    /// <summary>How long charges that nobody waits for wait for others; null: as by default.</summary>
    public TimeSpan? ChargesWait { get; init; }

    /// <summary>What stands between the grains and the ledger's database.</summary>
    public Func<ILedgerStore, ILedgerStore> Ledger { get; init; } = store => store;
}

/// <summary>One silo in this process, with its ledger, grain state and reminders on a PostgreSQL database of its own.</summary>
internal sealed class BenchmarkSilo : IAsyncDisposable
{
    private const string Service = "billing";

    private readonly IHost host;

    private BenchmarkSilo(IHost host, LoadClock clock, string database) => (this.host, Clock, Database) = (host, clock, database);

    /// <summary>Business time, unless that is real.</summary>
    public LoadClock Clock { get; }

    /// <summary>How its owner connects to the database.</summary>
    public string Database { get; }

    public IServiceProvider Services => host.Services;

    /// <summary>Grains as other grains of this silo call them.</summary>
    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public ILedgerStore Ledger => Services.GetRequiredService<ILedgerStore>();

    public static async Task<BenchmarkSilo> Start(PostgresServer server, string name, SiloSetup? wanted = null)
    {
        var setup = wanted ?? new SiloSetup();
        var database = await server.NewDatabase(name);
        await PostgresMigrations.Apply(database, "billing_app");
        var orleans = database + ";Maximum Pool Size=32";
        var clock = new LoadClock(Fleet.Start);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Error);
        // Membership, directory and connections are those of a real silo.
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (Service, Service));
            silo.ConfigureEndpoints(System.Net.IPAddress.Loopback, LoopbackPorts.Next(), LoopbackPorts.Next());
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", orleans));
            silo.AddAdoNetGrainStorage(StorageNames.State, storage => storage.Configure<ILocalSiloDetails>((options, self) =>
                (options.Invariant, options.ConnectionString, options.GrainStorageSerializer) = ("Npgsql", SiloConnection.Of(orleans, Service, self.SiloAddress), new PlainJson())));
            silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = ("Npgsql", orleans));
            silo.UseBusinessClock(setup.RealTime ? TimeProvider.System : clock);
            silo.Services.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromHours(2));
            silo.Services.AddSingleton(services => setup.Ledger(ActivatorUtilities.CreateInstance<PostgresLedgerStore>(services)));
            silo.AddOrleansBilling(services => LedgerDatabase.Open(SiloConnection.Of(database, Service, services.GetRequiredService<ILocalSiloDetails>().SiloAddress)), options =>
            {
                options.Policy = setup.Policy;
                options.ChargesWait = setup.ChargesWait ?? options.ChargesWait;
                if (!setup.RealTime) options.SweepEvery = TimeSpan.FromDays(1);
                options.VerifyEvery = TimeSpan.FromDays(30); // which is a question of its own
                options.Regions["vn"] = new RegionOptions { Packages = { [Fleet.Package] = new PackageOptions { PricePerHour = Fleet.PricePerHour } } };
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return new BenchmarkSilo(host, clock, database);
    }

    public async Task<IReadOnlyList<FleetVm>> CreateFleet(int balances, int vmsEach, bool withState = false, DateTimeOffset? start = null)
    {
        var vms = await Fleet.Create(Ledger, await Rules(), balances, vmsEach, start);
        Clock.Reach(vms[^1].Reading.Through);
        if (withState) await WriteStates(vms);
        return vms;
    }

    /// <summary>What each VM's grain would have stored on its way to Running.</summary>
    public async Task WriteStates(IReadOnlyList<FleetVm> vms)
    {
        await GrainRows.WriteStates(Database, Service, vms);
        var state = new GrainState<VmState>();
        await Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.State).ReadStateAsync("vm", VmGrain(vms[^1]).GetGrainId(), state);
        if (!state.RecordExists) throw new InvalidOperationException("The silo does not find the states of the fleet.");
    }

    public IVmGrain VmGrain(FleetVm vm) => Grains.GetGrain<IVmGrain>(vm.Key);

    /// <summary>Wakes every VM once, so that its grain and its balance are in memory.</summary>
    public Task WakeAll(IReadOnlyList<FleetVm> vms) =>
        Parallel.ForEachAsync(vms, new ParallelOptions { MaxDegreeOfParallelism = 100 }, async (vm, _) => await VmGrain(vm).Wake());

    public async Task<BillingRules> Rules() => await Services.GetRequiredService<RegionRules>().Of("vn");

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    private sealed class PlainJson : IGrainStorageSerializer
    {
        private static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web);

        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, options));

        public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input, options)!;
    }
}
