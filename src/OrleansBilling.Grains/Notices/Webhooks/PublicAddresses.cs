using System.Net;
using System.Net.Sockets;

namespace OrleansBilling.Grains.Notices.Webhooks;

/// <summary>
/// Where endpoints may be: in public networks only. Looked at after the name is resolved, and what was looked at is what is connected to, so a name
/// that changes its mind reaches nothing inside (server-side request forgery).
/// </summary>
public static class PublicAddresses
{
    private static readonly IPNetwork[] closed =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", // multicast, reserved, broadcast
            "2001::/23", "2001:db8::/32", "2002::/16", // tunnels, which hide addresses of the other kind, and examples
        }.Select(network => IPNetwork.Parse(network)),
    ];

    private static readonly IPNetwork global = IPNetwork.Parse("2000::/3"); // no other part of IPv6 is given out: not loopback, link-local, unique local, mapped, translated

    /// <summary>Whether an address is of the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return (address.AddressFamily == AddressFamily.InterNetwork || global.Contains(address)) && !Array.Exists(closed, network => network.Contains(address));
    }

    /// <summary>Connects to a host by an address that is allowed.</summary>
    /// <exception cref="HttpRequestException">It has none, or none of them answers.</exception>
    public static async ValueTask<Stream> Connect(DnsEndPoint host, bool allowLoopback, CancellationToken cancellation)
    {
        var known = await Dns.GetHostAddressesAsync(host.Host, cancellation);
        var allowed = Array.FindAll(known, address => IsPublic(address) || (allowLoopback && IPAddress.IsLoopback(address)));
        if (allowed.Length == 0) throw new HttpRequestException($"{host.Host} is in no public network.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, host.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
