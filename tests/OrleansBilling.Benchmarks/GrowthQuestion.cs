using System.Globalization;
using OrleansBilling.EndToEnd.Tests.Database;

namespace OrleansBilling.Benchmarks;

/// <summary>Whether one charge costs the same with more VMs: in all, and on one balance.</summary>
internal static class GrowthQuestion
{
    private const int InFlight = 1000;
    private const int Alone = 1000;
    private static readonly int[] inAll = [1_000, 10_000, 100_000];
    private static readonly int[] ofOne = [10, 1, 10, 100, 1_000, 10_000];
    private static int databases;

    public static async Task Ask(string[] arguments)
    {
        var most = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 100_000;
        // What is asked is what a charge itself writes: no page a second time after a checkpoint, and nothing that vacuum writes for all.
        await using var server = await PostgresServer.Run("max_wal_size=16GB", "checkpoint_timeout=1h", "shared_buffers=1GB", "autovacuum=off");
        var more = new Table("VMs, 10 a balance", "charges/s", "× that of 1,000", "WAL bytes/charge");
        var slower = 0.0;
        foreach (var vms in inAll.Where(vms => vms <= most))
        {
            var together = await Together(server, vms / 10, 10);
            if (slower == 0.0) slower = together.PerSecond;
            more.Add($"{vms:N0}", $"{together.PerSecond:N0}", $"{together.PerSecond / slower:N2}", $"{together.WalBytesEach:N0}");
        }

        var larger = new Table("VMs of one balance", "charges/s", "WAL bytes/charge", "× that of 10", "ms a charge alone", "WAL bytes/charge alone", "× that of 10");
        (double Together, double Alone) ten = default;
        foreach (var vms in ofOne.Where(vms => vms <= most))
        {
            var together = await Together(server, 1, vms);
            var alone = await OneAfterTheOther(server, vms);
            var first = ten == default; // warms up, and is not told
            if (vms == 10) ten = (together.WalBytesEach, alone.WalBytesEach);
            if (first) continue;
            larger.Add(
                $"{vms:N0}", $"{together.PerSecond:N0}", $"{together.WalBytesEach:N0}", $"{together.WalBytesEach / ten.Together:N2}",
                $"{1000 / alone.PerSecond:N2}", $"{alone.WalBytesEach:N0}", $"{alone.WalBytesEach / ten.Alone:N2}");
        }
        more.Print();
        Console.WriteLine();
        larger.Print();
    }

    /// <summary>Many in flight, but never two of one VM: those would share its row.</summary>
    private static async Task<Measured> Together(PostgresServer server, int balances, int vmsEach)
    {
        await using var silo = await Silo(server, balances, vmsEach, "together");
        var vms = await silo.CreateFleet(balances, vmsEach);
        var load = new ChargeLoad(silo, vms, Math.Min(InFlight, vms.Count));
        var readings = await load.Readings();
        await load.Charge(0, 1, readings); // grains and pages are in memory from here on
        return await load.Measure(1, Math.Clamp(60_000 / vms.Count, 2, 2_000), readings);
    }

    /// <summary>Each has a transaction of its own, which is the most that a charge can cost.</summary>
    private static async Task<Measured> OneAfterTheOther(PostgresServer server, int vmsEach)
    {
        await using var silo = await Silo(server, 1, vmsEach, "alone");
        var vms = await silo.CreateFleet(1, vmsEach);
        var all = new ChargeLoad(silo, vms, InFlight);
        await all.Charge(0, 1, await all.Readings());
        var load = new ChargeLoad(silo, vms, 1);
        var readings = await load.Readings();
        var warm = (Alone + vmsEach - 1) / vmsEach;
        await load.Charge(1, Math.Min(warm, Alone), readings);
        return await load.MeasureSome(1 + Math.Min(warm, Alone), Alone, readings);
    }

    // What is asked is what a charge costs, not how long a few wait for more.
    private static Task<BenchmarkSilo> Silo(PostgresServer server, int balances, int vmsEach, string how) =>
        BenchmarkSilo.Start(server, string.Create(CultureInfo.InvariantCulture, $"growth_{balances}_{vmsEach}_{how}_{databases++}"), new SiloSetup { ChargesWait = TimeSpan.Zero });
}
