using System.Net;
using Orleans.Configuration;
using Orleans.Dashboard;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Ledger.Sqlite;
using OrleansBilling.Grains.Machines;
using OrleansBilling.Host.Storage;

namespace OrleansBilling.Host;

/// <summary>The roles that take part in the cluster, on SQLite: one file for Orleans' own tables, one for the ledger.</summary>
internal static class ClusterNode
{
    // The name that Orleans gives to SQLite; Microsoft.Data.Sqlite serves it.
    private const string Sqlite = "System.Data.SQLite";

    public static void Add(WebApplicationBuilder builder, HostSettings settings, TimeProvider clock)
    {
        var orleans = settings.FileOf("orleans.db");
        SqliteMigrations.Apply(new SqliteDatabase(orleans), "orleans");
        var connection = SqliteDatabase.ConnectionStringOf(orleans);

        Bind(builder.Configuration, new BillingOptions());
        builder.Host.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));
            silo.ConfigureEndpoints(IPAddress.Loopback, settings.SiloPort, settings.GatewayPort, listenOnAnyHostAddress: false);
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Sqlite, connection));
            silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Sqlite, connection));
            silo.AddAdoNetGrainStorage(StorageNames.State, options =>
                (options.Invariant, options.ConnectionString, options.GrainStorageSerializer) = (Sqlite, connection, new StateSerializer()));
            silo.UseBusinessClock(clock);
            // The runtime publishes its load by the clock of the grains; once a real second is enough.
            silo.Configure<DeploymentLoadPublisherOptions>(options => options.DeploymentLoadPublisherRefreshTime *= settings.ClockSpeed);
            silo.AddOrleansBilling(settings.FileOf("ledger.db"), options => Bind(builder.Configuration, options));
            silo.Services.Configure<SimulatedPlatformOptions>(builder.Configuration.GetSection("Platform"));
            silo.AddDashboard();
        });
    }

    public static void ConnectClient(WebApplicationBuilder builder, HostSettings settings) => Client.BillingClientRegistration.AddOrleansBillingClient(builder, client =>
    {
        client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));
        client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Sqlite, SqliteDatabase.ConnectionStringOf(settings.FileOf("orleans.db"))));
        client.AddDashboard();
    });

    /// <summary>The silo's settings, read and checked before anything starts.</summary>
    private static void Bind(ConfigurationManager configuration, BillingOptions options)
    {
        try
        {
            configuration.GetSection("Regions").Bind(options.Regions);
            configuration.GetSection("Silo").Bind(options);
            var policy = configuration.GetSection("Policy");
            options.Policy = (policy.Get<BillingPolicy>() ?? new BillingPolicy()) with
            {
                // Lists that are given replace the defaults; the binder would add to them.
                DeletionWarnings = Times(policy, nameof(BillingPolicy.DeletionWarnings)) ?? new BillingPolicy().DeletionWarnings,
                RunwayWarnings = Times(policy, nameof(BillingPolicy.RunwayWarnings)) ?? new BillingPolicy().RunwayWarnings,
            };
            options.Checked();
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new SettingException("Policy, Regions or Silo", null, $"values in their range ({wrong.Message})");
        }
    }

    private static TimeSpan[]? Times(IConfiguration policy, string name) => policy.GetSection(name).Get<TimeSpan[]>()?.OrderDescending().ToArray();
}
