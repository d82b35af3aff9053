using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

namespace OrleansBilling.EndToEnd.Tests.Cluster;

/// <summary>Another network than this machine's, joined to it by one cable: a network namespace, with two addresses in it.</summary>
internal sealed class OtherNetwork : IAsyncDisposable
{
    private const int NetworkNamespace = 0x40000000; // CLONE_NEWNET

    private readonly string space = string.Create(CultureInfo.InvariantCulture, $"bilnet{Environment.ProcessId}");
    private readonly string cable = string.Create(CultureInfo.InvariantCulture, $"bilc{Environment.ProcessId}");

    /// <summary>Where this machine is for the other network.</summary>
    public static IPAddress Here { get; } = Address(1);

    /// <summary>Two addresses over there; a test lists one of them.</summary>
    public IPAddress Listed { get; } = Address(2);

    public IPAddress Unlisted { get; } = Address(3);

    public static async Task<OtherNetwork> Make()
    {
        var network = new OtherNetwork();
        try
        {
            await Command.Run("ip", "netns", "add", network.space);
            await Command.Run("ip", "link", "add", network.cable, "type", "veth", "peer", "name", "eth0", "netns", network.space);
            await Command.Run("ip", "addr", "add", $"{Here}/24", "dev", network.cable);
            await Command.Run("ip", "link", "set", network.cable, "up");
            foreach (var address in new[] { network.Listed, network.Unlisted }) await Command.Run("ip", "-n", network.space, "addr", "add", $"{address}/24", "dev", "eth0");
            await Command.Run("ip", "-n", network.space, "link", "set", "eth0", "up");
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>A socket over there: it belongs to the network in which its thread was when it was made.</summary>
    public async Task<Socket> Socket(IPAddress from)
    {
        var made = new TaskCompletionSource<Socket>();
        var thread = new Thread(() =>
        {
            try
            {
                using var there = File.OpenHandle($"/run/netns/{space}");
                if (setns(there.DangerousGetHandle().ToInt32(), NetworkNamespace) != 0) throw new InvalidOperationException("The thread could not enter the other network.");
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(from, 0));
                made.SetResult(socket);
            }
#pragma warning disable CA1031 // thrown again where it is awaited
            catch (Exception failed)
#pragma warning restore CA1031
            {
                made.SetException(failed);
            }
        });
        thread.Start();
        return await made.Task;
    }

    // The cable goes with the network at its other end.
    public async ValueTask DisposeAsync() => await Command.Run("ip", "netns", "del", space);

    // Of this process alone, so that two runs on one machine do not meet.
    private static IPAddress Address(int host) => new([10, (byte)(64 + Environment.ProcessId / 256 % 64), (byte)(Environment.ProcessId % 256), (byte)host]);

#pragma warning disable IDE1006, SYSLIB1054 // the name is that of the C library; generated marshalling would need unsafe code
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setns(int handle, int kind);
#pragma warning restore IDE1006, SYSLIB1054
}

/// <summary>A test that makes a network: as root, with iproute2. Otherwise it is skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NetworkFactAttribute : FactAttribute
{
    public NetworkFactAttribute() => Skip = !Environment.IsPrivilegedProcess ? "This needs root, to make a network."
        : !Command.Exists("ip") ? "Not installed: iproute2."
        : Database.PostgresFactAttribute.Missing;
}
