using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansBilling.Client;
using OrleansBilling.Cluster.Tests.Clock;
using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Machines;
using OrleansBilling.Grains.Notices;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Cluster.Tests;

/// <summary>What a test sets before its cluster starts.</summary>
public sealed class ClusterSetup
{
    public DateTimeOffset Start { get; set; } = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    public short Silos { get; set; } = 1;

    public Action<BillingOptions> Billing { get; set; } = options =>
        options.Regions["vn"] = new RegionOptions { Packages = { ["1xH100"] = new PackageOptions { PricePerHour = "2.54" } } };

    /// <summary>The platform answers in the same instant unless a test says otherwise.</summary>
    public Action<SimulatedPlatformOptions> Platform { get; set; } = _ => { };

    public Action<IServiceCollection> Services { get; set; } = _ => { };

    /// <summary>What stands between the grains and the ledger's database; nothing unless a test says otherwise.</summary>
    public Func<ILedgerStore, ILedgerStore> Ledger { get; set; } = store => store;

    /// <summary>What stands between the silos and the outbox; nothing unless a test says otherwise.</summary>
    public Func<IOutbox, IOutbox> Outbox { get; set; } = outbox => outbox;

    /// <summary>What stands between the grains and the memory that keeps their state; nothing unless a test says so. Not with <see cref="OnDisk"/>.</summary>
    public Func<IGrainStorage, IGrainStorage>? State { get; set; }

    /// <summary>Keeps grain state and reminders in the database, where they outlive a silo, instead of in the memory of one.</summary>
    public bool OnDisk { get; set; }
}

/// <summary>
/// A cluster in this process, on a clock that the test drives by hand and a ledger in a database of its own. Grains and reminders follow
/// the clock; what the runtime does for itself stays on real time.
/// </summary>
public sealed class BillingCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster cluster;
    private readonly ServiceProvider clientServices;
    private readonly PlatformUnderway underway = new();
    private readonly List<string> vms = [];

    private BillingCluster(ClusterSetup setup, TestDatabase database)
    {
        Database = database;
        Clock = new ManualTimeProvider(setup.Start);
        var builder = new InProcessTestClusterBuilder(setup.Silos);
        builder.ConfigureSilo((_, silo) =>
        {
            setup.Services(silo.Services);
            Keep(silo, setup.OnDisk);
            if (setup.State is { } around)
            {
                var state = silo.Services.Last(service => service.ServiceType == typeof(IGrainStorage) && Equals(service.ServiceKey, StorageNames.State)).KeyedImplementationFactory!;
                silo.Services.AddKeyedSingleton(StorageNames.State, (services, name) => around((IGrainStorage)state(services, name)));
            }
            // The runtime publishes its load by the clock of the grains: not once in every second of a story.
            silo.Services.Configure<DeploymentLoadPublisherOptions>(options => options.DeploymentLoadPublisherRefreshTime = TimeSpan.FromDays(30));
            silo.UseBusinessClock(Clock, new LateTimers(Clock));
            database.AddBilling(silo, options =>
            {
                options.SweepEvery = TimeSpan.FromDays(1); // tests that want it say so
                options.VerifyEvery = TimeSpan.FromDays(30); // the same
                options.RatesEvery = TimeSpan.FromDays(1); // the same
                setup.Billing(options);
            });
            underway.Watch(silo.Services);
            var ledger = silo.Services.Last(service => service.ServiceType == typeof(ILedgerStore)).ImplementationFactory!;
            silo.Services.AddSingleton(services => setup.Ledger((ILedgerStore)ledger(services)));
            var outbox = silo.Services.Last(service => service.ServiceType == typeof(IOutbox)).ImplementationType!;
            silo.Services.AddSingleton(services => setup.Outbox((IOutbox)ActivatorUtilities.CreateInstance(services, outbox)));
            silo.Services.Configure<SimulatedPlatformOptions>(options =>
            {
                options.Create = options.Start = options.Stop = options.Reboot = options.Delete = TimeSpan.Zero;
                setup.Platform(options);
            });
        });
        cluster = builder.Build();
        clientServices = null!;
    }

    private void Keep(ISiloBuilder silo, bool onDisk)
    {
        if (!onDisk)
        {
            silo.UseInMemoryReminderService();
            silo.AddMemoryGrainStorage(StorageNames.State);
            return;
        }
        Database.AddGrainState(silo);
    }

    /// <summary>Kills a silo, and the others know. They are told: one that is asked whether it lives may have had no turn for a while, and who lives and hears that it is dead ends the whole process.</summary>
    public async Task Kill(InProcessSiloHandle silo)
    {
        await cluster.KillSiloAsync(silo);
        await Service<IClusterMembershipService>().TryKill(silo.SiloAddress);
    }

    private BillingCluster(BillingCluster deployed)
    {
        (cluster, Clock, Database, underway) = (deployed.cluster, deployed.Clock, deployed.Database, deployed.underway);
        // As patient as can be: on a machine that is busy a call that is made anew is one more than a test has counted.
        clientServices = new ServiceCollection().AddLogging().AddSingleton(cluster.Client).AddSingleton<IClusterClient>(cluster.Client)
            .AddOrleansBillingClient(options => (options.ResponseTimeout, options.TotalTime) = (TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2))).BuildServiceProvider();
        Billing = clientServices.GetRequiredService<IBillingClient>();
    }

    public static async Task<BillingCluster> Start(Action<ClusterSetup>? configure = null)
    {
        var setup = new ClusterSetup();
        configure?.Invoke(setup);
        var starting = new BillingCluster(setup, await TestDatabase.New());
        await starting.cluster.DeployAsync();
        return new BillingCluster(starting);
    }

    public ManualTimeProvider Clock { get; }

    public IBillingClient Billing { get; } = null!;

    public InProcessTestCluster Cluster => cluster;

    public BalanceId Tenant { get; set; } = new("vn", "t1");

    /// <summary>The currency of what is paid in.</summary>
    public Currency Currency { get; set; } = Currency.Usd;

    public ILedgerStore Ledger => Service<ILedgerStore>();

    public SimulatedMachinePlatform Platform => Service<SimulatedMachinePlatform>();

    public IBalanceGrain Balance => cluster.Client.GetGrain<IBalanceGrain>(Tenant.ToString());

    internal TestDatabase Database { get; }

    /// <summary>Done after every step of <see cref="AdvanceTo"/>: where a test disturbs a story.</summary>
    public Func<Task>? AfterStep { get; set; }

    /// <summary>The VMs that <see cref="Create"/> was asked for.</summary>
    public IReadOnlyList<string> Vms => vms;

    /// <summary>A service of a silo that lives.</summary>
    public T Service<T>() where T : notnull => cluster.Silos[0].ServiceProvider.GetRequiredService<T>();

    public IPriceListGrain PriceList(string region) => cluster.Client.GetGrain<IPriceListGrain>(region);

    public IVmGrain Vm(string id) => cluster.Client.GetGrain<IVmGrain>($"{Tenant}/{id}");

    public Machine Machine(string vm, string package = "1xH100") => new(Tenant, vm, package);

    public Task<PostingReply> TopUp(string amount, string? operation = null) =>
        Billing.TopUp(Tenant, new TopUp(operation ?? Guid.NewGuid().ToString("N"), Currency, Amount.Parse(amount), "test"));

    public async Task<AdmissionReply> Create(string vm, string package = "1xH100", bool autoResume = false)
    {
        vms.Add(vm);
        var reply = await Billing.CreateVm(Tenant, new CreateVm($"create-{vm}", vm, package, vm, autoResume));
        await Settle();
        return reply;
    }

    public async Task<VmReply> Ask(string vm, VmRequest request, string? operation = null)
    {
        var reply = await Billing.Ask(Tenant, vm, operation ?? Guid.NewGuid().ToString("N"), request);
        await Settle();
        return reply;
    }

    /// <summary>
    /// Moves the clock to an instant, stopping at every timer on the way, and each time waits until nothing moves any more: so orders
    /// are obeyed at the instants at which they are made.
    /// </summary>
    public async Task AdvanceTo(DateTimeOffset target)
    {
        await Settle();
        while (Clock.NextDue is { } due && due <= target)
        {
            Clock.AdvanceTo(due > Clock.Now ? due : Clock.Now);
            await Settle();
            if (AfterStep is not null)
            {
                await AfterStep();
                await Settle(); // as in life something calls, or the sweep: what ended is there again
            }
            if (due == Clock.Now && Clock.NextDue == due) await Task.Delay(1); // due at once: it has the thread pool
        }
        Clock.AdvanceTo(target);
        await Settle();
    }

    public Task Advance(TimeSpan by) => AdvanceTo(Clock.Now + by);

    /// <summary>Waits, in real time, until the balance and its VMs have nothing more to tell each other.</summary>
    public async Task Settle()
    {
        var (seen, same) = ("", 0);
        while (same < 3)
        {
            var state = (await Billing.GetBalance(Tenant)).Change.ToString(System.Globalization.CultureInfo.InvariantCulture);
            foreach (var vm in vms) state += "|" + string.Join(',', (await Billing.GetVmHistory(Tenant, vm)).Select(change => change.Status));
            same = state == seen && !underway.IsAny ? same + 1 : 0;
            seen = state;
            await Task.Delay(1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await clientServices.DisposeAsync();
        await cluster.DisposeAsync();
        await Database.DisposeAsync();
    }
}
