using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using OrleansBilling.Client;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;
using OrleansBilling.EndToEnd.Tests.Telemetry;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>
/// Everything that <c>compose.yaml</c> starts, as processes of this machine: the published host with the settings, the secrets and in the order
/// of that file. What differs: names and addresses lead to loopback, paths into a folder of the test's own, the collector is the test's, the
/// simulated machines are quick, a quarter hour is a minute, telemetry is sent at once, HTTP listens where a test finds it, and the server takes 200 connections.
/// </summary>
public sealed class ComposedCluster : IAsyncLifetime, IDisposable
{
    private const string Superuser = "postgres"; // as the image has it

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, BillingHost> hosts = [];

    internal PostgresServer Postgres { get; private set; } = null!;

    internal OtlpCollector Collector { get; private set; } = null!;

    internal string Program { get; private set; } = "";

    /// <summary>Somebody with a VM that runs from the beginning, so that its quarter hours come while other tests are at work.</summary>
    internal string Tenant { get; private set; } = "";

    internal string Vm { get; private set; } = "";

    /// <summary>What <c>secrets.sh</c> has made, with the database where it is here.</summary>
    internal string Secrets => System.IO.Path.Combine(folder.Path, "secrets");

    internal ComposeFile File { get; } = ComposeFile.Read();

    internal IEnumerable<BillingHost> Silos => File.InRole("silo").Select(service => hosts[service.Name]);

    internal BillingHost[] Portals => [.. File.InRole("portal").Select(service => hosts[service.Name])];

    internal string Log => string.Join('\n', hosts.Select(host => $"==== {host.Key} ====\n{host.Value.Log}").Append($"==== PostgreSQL ====\n{Postgres?.Log}"));

    /// <summary>How psql and the like connect as superuser.</summary>
    internal string Connection(string database) => string.Create(CultureInfo.InvariantCulture, $"host=127.0.0.1 port={Postgres.Port} dbname={database} user={Superuser}");

    /// <summary>How the tests connect as superuser to what silos write.</summary>
    internal string Connected => Postgres.ConnectionStringOf("billing", Superuser);

    public async Task InitializeAsync()
    {
        if (PostgresServer.Programs is null) return;
        var publishing = PublishedHost.Program();
        Collector = await OtlpCollector.Start();
        await DeployFolder.MakeSecrets(Secrets);
        Postgres = await PostgresServer.Run();
        await MakeDatabase();
        Program = await publishing;

        var waiting = File.Hosts.ToList();
        while (waiting.Count > 0)
        {
            var next = waiting.Where(service => !service.DependsOn.Keys.Any(other => waiting.Any(one => one.Name == other))).ToArray();
            await Task.WhenAll(next.Select(Start));
            waiting.RemoveAll(next.Contains);
        }
        using var tenant = new PortalCaller(Portals[0]);
        await tenant.SignIn("mary@example.com");
        await tenant.TopUp("50.00");
        (Tenant, Vm) = (tenant.Tenant, (await tenant.CreateVm()).Id);
        await tenant.VmReaches(Vm, "running");
    }

    /// <summary>This process among the nodes, with what a portal has.</summary>
    internal async Task<IHost> Join()
    {
        var tls = Path.Combine(Secrets, "tls", "portal-1");
        var backend = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        backend.Logging.ClearProviders();
        backend.AddOrleansBillingClient(client =>
        {
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("billing", "billing"));
            client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) =
                ("Npgsql", System.IO.File.ReadAllText(Path.Combine(Secrets, "portal", "Database__ConnectionString")).Trim()));
            client.UseClusterTls(Path.Combine(tls, "node.pem"), Path.Combine(tls, "node.key"), Path.Combine(tls, "authority.pem"));
        });
        var node = backend.Build();
        await node.StartAsync();
        return node;
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(hosts.Values.Select(async host => await host.DisposeAsync()));
        if (Postgres is not null) await Postgres.DisposeAsync();
        if (Collector is not null) await Collector.DisposeAsync();
    }

    public void Dispose() => folder.Dispose(); // after the other one

    /// <summary>As the image's first start does: by <c>roles.sql</c>, as superuser, with passwords from files.</summary>
    private async Task MakeDatabase()
    {
        var owner = Postgres.ConnectionStringOf("postgres");
        await PostgresServer.Execute(owner, $"CREATE ROLE {Superuser} SUPERUSER LOGIN");
        // The test's server is made by a superuser whose name belongs to somebody else here.
        await PostgresServer.Execute(Postgres.ConnectionStringOf("postgres", Superuser), "ALTER ROLE billing_owner RENAME TO who_made_the_server");
        var service = File.Services["postgres"];
        var start = new ProcessStartInfo(
            System.IO.Path.Combine(PostgresServer.Programs!, "psql"),
            [Connection("postgres"), "-v", "ON_ERROR_STOP=1", "-f", Here(service, "/docker-entrypoint-initdb.d/roles.sql")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in service.Environment) start.Environment[name] = Here(service, value);
        using var psql = Process.Start(start)!;
        var said = await psql.StandardError.ReadToEndAsync();
        await psql.WaitForExitAsync();
        Assert.True(psql.ExitCode == 0, said);
        foreach (var file in Directory.GetFiles(Secrets, "Database__*", SearchOption.AllDirectories))
            await System.IO.File.WriteAllTextAsync(file, (await System.IO.File.ReadAllTextAsync(file)).Replace("Host=postgres;", string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Postgres.Port};"), StringComparison.Ordinal));
    }

    private async Task Start(ComposeService service)
    {
        string[] quick = ["Platform:Create=00:00:00.2", "Platform:Stop=00:00:00.2", "Policy:ChargeEvery=00:01:00"];
        var host = new BillingHost(
            service.Environment.GetValueOrDefault("Role") == "silo" ? quick : [], folder,
            service.Environment.GetValueOrDefault("ASPNETCORE_ENVIRONMENT") ?? "Production", service.Command.SingleOrDefault()) { Program = Program };
        lock (hosts) hosts.Add(service.Name, host);
        foreach (var (name, value) in service.Environment.Where(variable => !variable.Key.StartsWith("ASPNETCORE_", StringComparison.Ordinal))) host.Variables[name] = Here(service, value);
        if (!host.Variables.ContainsKey("Data__Folder")) host.Variables["Data__Folder"] = Here(service, Dockerfile.Read().Environment["Data__Folder"]);
        foreach (var pace in new[] { "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BLRP_SCHEDULE_DELAY" }) host.Variables[pace] = "500";
        if (service.Command.Length > 0)
        {
            host.Launch();
            Assert.True(await host.Ended() == 0, host.Log);
        }
        else
        {
            await host.Start();
        }
    }

    /// <summary>A value of the file as it is on this machine.</summary>
    private string Here(ComposeService service, string value)
    {
        if (Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Host == "collector") return Collector.Address;
        if (File.InRole("silo").Any(silo => silo.Address == value)) return "127.0.0.1";
        if (value == File.Networks["cluster"]!["ipam"]!["config"]![0]!["subnet"]!.ToString()) return "127.0.0.0/8";
        if (!value.StartsWith('/')) return value;
        foreach (var (source, target) in service.Mounts.Where(mount => value.StartsWith(mount.Target, StringComparison.Ordinal)))
            return (source.StartsWith("./secrets", StringComparison.Ordinal) ? System.IO.Path.Combine(folder.Path, source[2..])
                : source.StartsWith('.') ? System.IO.Path.GetFullPath(DeployFolder.Path(source))
                : System.IO.Path.Combine(folder.Path, "volumes", source)) + value[target.Length..];
        return System.IO.Path.Combine(folder.Path, service.Name); // nothing is mounted there: the container's own
    }
}
