using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Cluster;

/// <summary>
/// The ports of a silo are its own. Orleans opens them so that a second process may listen beside the first; in one cluster that would be
/// taken for the first one's successor and end it, and of two clusters each would get some of the other's connections.
/// </summary>
internal static class SiloPorts
{
    public static void MustBeFree(ClusterSettings cluster)
    {
        foreach (var (name, port) in new[] { ("Cluster:SiloPort", cluster.SiloPort), ("Cluster:GatewayPort", cluster.GatewayPort) })
        {
            using var socket = new Socket(cluster.ListenAddress.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(cluster.ListenAddress, port));
                socket.Listen();
            }
            catch (SocketException taken)
            {
                throw new SettingException(name, port.ToString(CultureInfo.InvariantCulture), $"a port that nobody uses at {cluster.ListenAddress}, an address of this machine ({taken.Message})");
            }
        }
    }
}
