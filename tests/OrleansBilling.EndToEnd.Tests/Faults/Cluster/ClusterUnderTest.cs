using System.Globalization;
using Npgsql;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.Checks;
using OrleansBilling.EndToEnd.Tests.Faults.Guards;
using OrleansBilling.EndToEnd.Tests.Faults.OnDemand;
using OrleansBilling.EndToEnd.Tests.Faults.Proxy;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;
using OrleansBilling.FakeGateways;

namespace OrleansBilling.EndToEnd.Tests.Faults.Cluster;

/// <summary>
/// Silos and portals as real processes on a real database, each with a proxy of its own before it. On PostgreSQL three silos and two
/// portals; on files one silo, so that what tests faults can itself be tried where there is no PostgreSQL.
/// </summary>
internal sealed class ClusterUnderTest : IAsyncDisposable
{
    public const string Database = "billing";

    private const string ApplicationUser = "billing_app";
    private static readonly string[] roles = ["silo", "portal"];

    private readonly TemporaryFolder portalFolder = new(); // sessions hold at every portal
    private readonly List<TemporaryFolder> folders = [];

    private int told;

    private ClusterUnderTest(PostgresServer? postgres) => Postgres = postgres;

    public PostgresServer? Postgres { get; }

    public List<ClusterProcess> Silos { get; } = [];

    public List<ClusterProcess> Portals { get; } = [];

    /// <summary>The gateways: they are hit by no fault, tell now this portal and now that one, again until it takes what they say, and remember everything.</summary>
    public FakeGatewayServer Gateways { get; private set; } = null!;

    public IEnumerable<ClusterProcess> All => Silos.Concat(Portals);

    /// <summary>The balance of the tenant whom nobody asks for; null: there is none yet.</summary>
    public string? IdleBalance { get; private set; }

    /// <summary>How long an answer may take before it counts as none.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Three silos and two portals on a PostgreSQL of their own; returns when all are ready.</summary>
    public static async Task<ClusterUnderTest> OnPostgres(params string[] settings) => await OnPostgres(await PostgresServer.Run(), settings);

    /// <summary>The same on a server that runs already, and that ends with the cluster.</summary>
    public static Task<ClusterUnderTest> OnPostgres(PostgresServer postgres, params string[] settings) => On(postgres, cluster =>
    {
        for (var i = 1; i <= 3; i++) cluster.AddOnPostgres("silo", i, settings);
        cluster.AddPortals(settings);
    });

    /// <summary>The same with every silo in a network of its own, and no proxies: that network has its own ways to lose things.</summary>
    public static async Task<ClusterUnderTest> OnNetwork(Network network) => await On(await PostgresServer.Run($"listen_addresses='127.0.0.1,{Network.Here}'"), cluster =>
    {
        for (var i = 1; i <= 3; i++) cluster.AddOnNetwork(network, i);
        cluster.AddPortals();
    });

    /// <summary>One silo that lacks a guard, and two portals.</summary>
    public static async Task<ClusterUnderTest> Without(Guard removed) => await On(await PostgresServer.Run(), cluster =>
    {
        cluster.AddOnPostgres("silo", 1);
        cluster.AddPortals();
        cluster.Remove(removed);
    });

    /// <summary>
    /// Two silos that lack a guard, each in a cluster with one portal, and both clusters on one ledger: each believes that it is alone, so
    /// every balance that both portals ask for is active twice.
    /// </summary>
    public static async Task<ClusterUnderTest> InTwoHalves(Guard removed) => await On(await PostgresServer.Run(), cluster =>
    {
        for (var i = 1; i <= 2; i++)
            foreach (var role in roles)
                cluster.AddOnPostgres(role, i, string.Create(CultureInfo.InvariantCulture, $"Cluster:ClusterId=half-{i}"));
        cluster.Remove(removed);
    });

    private static async Task<ClusterUnderTest> On(PostgresServer postgres, Action<ClusterUnderTest> add)
    {
        var cluster = new ClusterUnderTest(postgres);
        try
        {
            await postgres.NewDatabase(Database);
            await PostgresServer.Execute(cluster.Owner, $"CREATE ROLE {ApplicationUser} LOGIN");
            (await HostCommand.Run("migrate", cluster.DatabaseSettings)).Succeeded();
            await Witness.Watch(cluster);
            await cluster.StartGateways();
            add(cluster);
            await cluster.Start();
            return cluster;
        }
        catch (Exception failed)
        {
            var log = cluster.Log;
            await cluster.DisposeAsync();
            throw new InvalidOperationException($"The cluster did not start: {failed.Message}\n{log}", failed);
        }
    }

    /// <summary>One silo and two portals on one folder.</summary>
    public static async Task<ClusterUnderTest> OnFiles(params string[] settings)
    {
        var cluster = new ClusterUnderTest(null);
        try
        {
            await cluster.StartGateways();
            cluster.Silos.Add(new ClusterProcess("silo 1", new BillingHost(["Role=silo", .. ClusterSettings.All, .. cluster.GatewaySettings, .. settings], cluster.portalFolder), null));
            for (var i = 1; i <= 2; i++)
                cluster.Portals.Add(new ClusterProcess($"portal {i}", new BillingHost(["Role=portal", .. ClusterSettings.All, .. settings], cluster.portalFolder), null));
            await cluster.Start();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>How an owner reaches the database, past every proxy.</summary>
    public string Owner => Postgres!.ConnectionStringOf(Database);

    /// <summary>How a silo reaches it.</summary>
    public string Application => Postgres!.ConnectionStringOf(Database, ApplicationUser);

    /// <summary>The file of a ledger that is a file.</summary>
    public string LedgerFile => portalFolder.FileOf("ledger.db");

    /// <summary>What <c>migrate</c> and <c>verify</c> are told.</summary>
    public string[] DatabaseSettings =>
        [$"Database:ConnectionString={Application}", $"Database:MigrationConnectionString={Owner}"];

    /// <summary>What all processes wrote, one after the other.</summary>
    public string Log => string.Join('\n', All.Select(process => $"==== {process.Name} ====\n{process.Host.Log}").Append($"==== PostgreSQL ====\n{Postgres?.Log}"));

    /// <summary>Starts what does not run; returns when all are ready.</summary>
    public Task Start() => Task.WhenAll(All.Select(process => process.Start()));

    /// <summary>Every fault ends: what was killed starts, what was frozen wakes, what was held passes. Returns when all are ready.</summary>
    public async Task Heal()
    {
        while (Postgres is not null && !await DatabaseAnswers())
        {
            if (await Postgres.IsRunning()) await Task.Delay(200); // it recovers
            else await Postgres.Start();
        }
        await Task.WhenAll(All.Select(process => process.Heal()));
    }

    /// <summary>
    /// From the first time on somebody with much money has one VM that runs, and is never asked for again through any process: who asks wakes what must
    /// wake by itself.
    /// </summary>
    public async Task HaveIdleTenant()
    {
        if (IdleBalance is not null) return;
        using var idle = await new Person(this, new WorkLog(), CancellationToken.None).SignIn("idle@example.com");
        await idle.TopUp(1_000);
        await idle.CreateVm();
        await TenantCalls.Until(idle.Vms, vms => vms is [{ Status: "running" }], "the VM of the idle tenant runs");
        IdleBalance = $"vn/{idle.Tenant}";
    }

    /// <summary>Everything ends between two instructions, the database too; then everything starts from what is on disk.</summary>
    public async Task RestartCold()
    {
        await Task.WhenAll(All.Where(process => process.Host.IsRunning).Select(process => process.Host.Kill()));
        if (Postgres is not null) await Postgres.RestartImmediately();
        await Start();
    }

    public async Task<bool> DatabaseAnswers()
    {
        try
        {
            await PostgresServer.Execute(Owner, "SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Gateways is not null) await Gateways.DisposeAsync();
        await Task.WhenAll(All.Select(async process => await process.Host.DisposeAsync()));
        foreach (var process in All)
            if (process.Proxy is { } proxy)
                await proxy.DisposeAsync();
        if (Postgres is not null) await Postgres.DisposeAsync();
        foreach (var folder in folders) folder.Dispose();
        portalFolder.Dispose();
    }

    private string[] GatewaySettings => [.. Gateways.Settings.Select(setting => $"{setting.Key}={setting.Value}")];

    private async Task StartGateways() => Gateways = await FakeGatewayServer.Start(new FakeGatewayOptions
    {
        Notify = gateway =>
        {
            var portal = Portals[Interlocked.Increment(ref told) % Portals.Count].Host;
            return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{portal.Address}:{portal.HttpPort}/payments/notifications/{gateway}"));
        },
        RepeatAfter = TimeSpan.FromSeconds(2),
        Attempts = 1000,
    });

    private void AddPortals(params string[] settings)
    {
        for (var i = 1; i <= 2; i++) AddOnPostgres("portal", i, settings);
    }

    private void Remove(Guard removed)
    {
        foreach (var silo in Silos)
            foreach (var (name, value) in UnguardedSilo.Variables(removed)) silo.Host.Variables[name] = value;
    }

    private void AddOnPostgres(string role, int number, params string[] settings)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{role} {number}");
        var proxy = DatabaseProxy.To(Postgres!.Port, seed: number);
        var folder = portalFolder;
        if (role == "silo") folders.Add(folder = new TemporaryFolder());
        string[] all =
        [
            $"Role={role}", "Cluster:Address=127.0.0.1", $"Database:ConnectionString={PostgresServer.ConnectionStringOf(Database, proxy.Port, ApplicationUser)};Application Name={name}",
            // In development a silo looks for itself whether its database is complete.
            $"Database:MigrationConnectionString={PostgresServer.ConnectionStringOf(Database, proxy.Port)}",
            .. ClusterSettings.All, .. GatewaySettings, .. settings,
        ];
        var process = new ClusterProcess(name, new BillingHost(all, folder), proxy);
        (role == "silo" ? Silos : Portals).Add(role == "silo" && number == 3 ? process.WithClockIn(Path.Combine(folder.Path, "clock")) : process);
    }

    private void AddOnNetwork(Network network, int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"silo {number}");
        var folder = new TemporaryFolder();
        folders.Add(folder);
        string Through(string connection) => new NpgsqlConnectionStringBuilder(connection) { Host = Network.Here }.ToString();
        string[] all =
        [
            "Role=silo", $"Cluster:Address={Network.AddressOf(number - 1)}", $"Database:ConnectionString={Through(Application)};Application Name={name}", $"Database:MigrationConnectionString={Through(Owner)}",
            .. ClusterSettings.All, .. GatewaySettings,
        ];
        var host = new BillingHost(all, folder) { Address = Network.AddressOf(number - 1), Through = network.Into(number - 1) };
        Silos.Add(new ClusterProcess(name, host, null));
    }
}
