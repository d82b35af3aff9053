using System.Net;
using System.Net.Sockets;

namespace OrleansBilling.EndToEnd.Tests.Processes;

/// <summary>
/// Ports that nobody listens at, each given out once. They lie below those that the system gives to outgoing connections, so that a
/// process that was killed finds its own port free when it starts again.
/// </summary>
internal static class LoopbackPorts
{
    private static readonly HashSet<int> taken = [];

    public static int Next()
    {
        lock (taken)
            while (true)
            {
                var port = Random.Shared.Next(10_000, 32_000);
                if (taken.Add(port) && IsFree(port)) return port;
            }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
