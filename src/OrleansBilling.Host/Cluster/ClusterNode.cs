using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Dashboard;
using OrleansBilling.Client;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Machines;
using OrleansBilling.Host.Settings;
using OrleansBilling.Host.Storage;

namespace OrleansBilling.Host.Cluster;

/// <summary>The roles that take part in the cluster.</summary>
internal static class ClusterNode
{
    public static void AddSilo(WebApplicationBuilder builder, HostSettings settings, NodeStorage storage, TimeProvider clock)
    {
        var cluster = settings.Cluster;
        SiloSettings.Bind(builder.Configuration, new BillingOptions());
        builder.Host.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster.ClusterId, cluster.ServiceId));
            silo.Configure<EndpointOptions>(options =>
            {
                (options.AdvertisedIPAddress, options.SiloPort, options.GatewayPort) = (cluster.Address, cluster.SiloPort, cluster.GatewayPort);
                options.SiloListeningEndpoint = new IPEndPoint(cluster.ListenAddress, cluster.SiloPort);
                options.GatewayListeningEndpoint = new IPEndPoint(cluster.ListenAddress, cluster.GatewayPort);
            });
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                (options.ProbeTimeout, options.NumMissedProbesLimit, options.NumVotesForDeathDeclaration) = (cluster.ProbeTimeout, cluster.MissedProbes, cluster.Votes);
                // An indirect probe has no more time than the silo that is asked to make it, so it never counts against one that is silent.
                options.EnableIndirectProbes = false;
                options.TableRefreshTimeout = cluster.MembersRead;
            });
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (storage.Invariant, storage.ConnectionString));
            silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (storage.Invariant, storage.ConnectionString));
            silo.AddAdoNetGrainStorage(StorageNames.State, (OptionsBuilder<AdoNetGrainStorageOptions> state) => state.Configure<ILocalSiloDetails>((options, self) =>
                (options.Invariant, options.ConnectionString, options.GrainStorageSerializer) = (storage.Invariant, storage.ConnectionStringOf(self), new StateSerializer())));
            // Who may connect at all comes before the handshake of those who may.
            silo.Configure<SiloConnectionOptions>(options =>
            {
                options.ConfigureSiloInboundConnection(cluster.Allowed.Guard);
                options.ConfigureGatewayInboundConnection(cluster.Allowed.Guard);
            });
            if (cluster.Tls is { } tls) silo.UseTls(tls.Set);
            silo.UseBusinessClock(clock);
            // The runtime publishes its load by the clock of the grains; once a real second is enough.
            silo.Configure<DeploymentLoadPublisherOptions>(options => options.DeploymentLoadPublisherRefreshTime *= settings.ClockSpeed);
            storage.AddBilling(silo, options => SiloSettings.Bind(builder.Configuration, options));
            silo.Services.Configure<SimulatedPlatformOptions>(builder.Configuration.GetSection("Platform"));
            // Its log stream would show every operator what is for those alone who run the machines.
            silo.AddDashboard(dashboard => dashboard.HideTrace = true);
            if (settings.Telemetry is not null) silo.AddActivityPropagation();
        });
        builder.Services.AddOrleansBillingClient(settings.Client.Set);
    }

    public static void AddClient(WebApplicationBuilder builder, HostSettings settings, NodeStorage storage) => builder.AddOrleansBillingClient(
        client =>
        {
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.Cluster.ClusterId, settings.Cluster.ServiceId));
            client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (storage.Invariant, storage.ConnectionString));
            if (settings.Cluster.Tls is { } tls) client.UseTls(tls.Set);
            client.AddDashboard(dashboard => dashboard.HideTrace = true);
            if (settings.Telemetry is not null) client.AddActivityPropagation();
        },
        settings.Client.Set);
}
