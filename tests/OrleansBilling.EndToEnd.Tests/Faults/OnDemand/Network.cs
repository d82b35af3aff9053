using System.Globalization;

namespace OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

/// <summary>
/// F10: a network of this machine's own: one namespace for each silo, joined by a bridge at whose own address the database listens.
/// Rules inside a namespace take away what would have come in or gone out there, and nowhere else.
/// </summary>
internal sealed class Network : IAsyncDisposable
{
    public const string Here = "10.177.0.1";

    private readonly string bridge = string.Create(CultureInfo.InvariantCulture, $"bil{Environment.ProcessId}");
    private readonly List<string> spaces = [];

    public static string AddressOf(int silo) => string.Create(CultureInfo.InvariantCulture, $"10.177.0.{10 + silo}");

    public static async Task<Network> Of(int silos)
    {
        var network = new Network();
        try
        {
            await Command.Run("ip", "link", "add", network.bridge, "type", "bridge");
            await Command.Run("ip", "addr", "add", $"{Here}/24", "dev", network.bridge);
            await Command.Run("ip", "link", "set", network.bridge, "up");
            for (var silo = 0; silo < silos; silo++) await network.Add(silo);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>What starts a command inside a silo's namespace.</summary>
    public string[] Into(int silo) => ["ip", "netns", "exec", spaces[silo]];

    /// <summary>What one silo sends to another does not arrive; the other direction stays.</summary>
    public Task Deafen(int silo, int to) => Rule(silo, "in", $"ip saddr {AddressOf(to)} drop");

    /// <summary>Neither hears the other.</summary>
    public async Task Part(int one, int other)
    {
        await Deafen(one, other);
        await Deafen(other, one);
    }

    /// <summary>A silo does not reach a port of this machine, the database's.</summary>
    public Task CutFrom(int silo, int port) => Rule(silo, "out", $"ip daddr {Here} tcp dport {port} drop");

    /// <summary>So many of a hundred packets to and from a silo are lost.</summary>
    public async Task Lose(int silo, int ofHundred)
    {
        await Rule(silo, "in", $"ip saddr 10.177.0.0/24 numgen random mod 100 < {ofHundred} drop");
        await Rule(silo, "out", $"ip daddr 10.177.0.0/24 numgen random mod 100 < {ofHundred} drop");
    }

    public async Task Heal()
    {
        foreach (var space in spaces)
        {
            await Command.Run("ip", "netns", "exec", space, "nft", "flush chain inet faults in");
            await Command.Run("ip", "netns", "exec", space, "nft", "flush chain inet faults out");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var space in spaces) await Command.Run("ip", "netns", "del", space);
        await Command.Run("ip", "link", "del", bridge);
    }

    private async Task Add(int silo)
    {
        var (space, outer) = ($"{bridge}-{silo}", $"{bridge}v{silo}");
        await Command.Run("ip", "netns", "add", space);
        spaces.Add(space);
        await Command.Run("ip", "link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", space);
        await Command.Run("ip", "link", "set", outer, "master", bridge, "up");
        await Command.Run("ip", "-n", space, "addr", "add", $"{AddressOf(silo)}/24", "dev", "eth0");
        await Command.Run("ip", "-n", space, "link", "set", "lo", "up");
        await Command.Run("ip", "-n", space, "link", "set", "eth0", "up");
        await Command.Run("ip", "netns", "exec", space, "nft",
            "add table inet faults; add chain inet faults in { type filter hook input priority 0; }; add chain inet faults out { type filter hook output priority 0; }");
    }

    private Task Rule(int silo, string chain, string rule) => Command.Run("ip", "netns", "exec", spaces[silo], "nft", $"add rule inet faults {chain} {rule}");
}
