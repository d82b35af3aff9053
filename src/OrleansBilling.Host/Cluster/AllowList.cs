using System.Net;
using Microsoft.AspNetCore.Connections;
using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Cluster;

/// <summary>The addresses from which silos and clients may connect. An empty list allows all; loopback counts only where it is listed.</summary>
internal sealed partial class AllowList
{
    private readonly IPNetwork[] networks;

    private AllowList(IPNetwork[] networks) => this.networks = networks;

    public bool IsEmpty => networks.Length == 0;

    public static AllowList Read(IConfiguration configuration) => new(configuration.Networks("Cluster:AllowedAddresses"));

    /// <summary>Closes what comes from elsewhere before anything of it is looked at. To be added before everything else.</summary>
    public void Guard(IConnectionBuilder connections)
    {
        if (IsEmpty) return;
        var logger = connections.ApplicationServices.GetRequiredService<ILogger<AllowList>>();
        connections.Use(next => connection =>
        {
            if (Allows(connection.RemoteEndPoint)) return next(connection);
            Refused(logger, connection.RemoteEndPoint);
            connection.Abort();
            return Task.CompletedTask;
        });
    }

    private bool Allows(EndPoint? from)
    {
        if (from is not IPEndPoint { Address: var address }) return false;
        // A socket for both families reports IPv4 in the clothes of IPv6.
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return networks.Any(network => network.Contains(address));
    }

    [LoggerMessage(1, LogLevel.Warning, "Closed a connection to a port of the cluster from {Address}, which is not among Cluster:AllowedAddresses.")]
    private static partial void Refused(ILogger logger, EndPoint? address);
}
