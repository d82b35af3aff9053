using System.Net;
using Microsoft.AspNetCore.Connections;
using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Cluster;

/// <summary>The addresses from which silos and clients may connect. An empty list allows all; loopback counts only where it is listed.</summary>
internal sealed partial class AllowList
{
    private const string Setting = "Cluster:AllowedAddresses";

    private readonly IPNetwork[] networks;

    private AllowList(IPNetwork[] networks) => this.networks = networks;

    public bool IsEmpty => networks.Length == 0;

    public static AllowList Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Setting);
        // A list, or on one line with commas.
        var texts = section.Value is { } line ? line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : section.Get<string[]>() ?? [];
        return new AllowList([.. texts.Select(text =>
            IPNetwork.TryParse(text, out var network) ? network
            : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new SettingException(Setting, text, "addresses, or networks such as 10.0.8.0/24"))]);
    }

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
