using System.Globalization;
using OrleansBilling.EndToEnd.Tests.Database;

namespace OrleansBilling.Benchmarks;

/// <summary>How many charges a second become durable, with 1,000 in flight, against what the database does without us.</summary>
internal static class ChargesQuestion
{
    private const int InFlight = 1000;
    private const int WarmUp = 200_000;
    private const int Asked = 200_000;
    private static readonly TimeSpan plainTime = TimeSpan.FromSeconds(4);

    public static async Task Ask(string[] arguments)
    {
        var shapes = arguments.Length > 0 ? [.. arguments.Select(Parse)] : new[] { (1, 1000), (1000, 10), (10000, 1) };
        var table = new Table("balances × VMs", "charges/s", "through ticks", "plain, best", "clients", "in batches", "× plain", "× batches", "commits/charge", "WAL bytes/charge", "µs of silo", "of database");
        await using var server = await PostgresServer.Run("max_wal_size=8GB", "checkpoint_timeout=1h", "shared_buffers=512MB");
        foreach (var (balances, vmsEach) in shapes)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"charges_{balances}_{vmsEach}");
            await using var silo = await BenchmarkSilo.Start(server, name);
            var vms = await silo.CreateFleet(balances, vmsEach, withState: true);
            var plain = new PlainSql(silo.Database, balances, vmsEach);
            await plain.Prepare();

            var load = new ChargeLoad(silo, vms, InFlight);
            var readings = await load.Readings();
            // From here on grains and pages are in memory and everything is compiled as it stays: a silo runs for weeks.
            var warm = Math.Max(1, WarmUp / vms.Count);
            var rounds = Math.Max(3, Asked / vms.Count);
            await load.Charge(0, warm, readings);
            var measured = await load.Measure(warm, rounds, readings);
            await load.Charge(warm + rounds, warm, load.Ticks());
            var ticks = await load.Measure(warm + rounds + warm, rounds, load.Ticks());

            Console.Error.WriteLine($"{measured} {ticks}");
            var best = (PerSecond: 0.0, Clients: 0);
            foreach (var clients in new[] { 4, 8, 16, 32 })
                if (await plain.OneByOne(clients, plainTime) is var perSecond && perSecond > best.PerSecond) best = (perSecond, clients);
            var batched = 0.0;
            foreach (var clients in balances == 1 ? [1] : new[] { 1, 2 }) batched = Math.Max(batched, await plain.InBatches(clients, 1000, plainTime));
            table.Add(
                $"{balances:N0} × {vmsEach:N0}", $"{measured.PerSecond:N0}", $"{ticks.PerSecond:N0}", $"{best.PerSecond:N0}", $"{best.Clients}", $"{batched:N0}",
                $"{measured.PerSecond / best.PerSecond:N2}", $"{measured.PerSecond / batched:N2}", $"{measured.Transactions / measured.Charges:N4}", $"{measured.WalBytes / measured.Charges:N0}", $"{measured.SiloTime.TotalMicroseconds:N0}", $"{measured.DatabaseTime.TotalMicroseconds:N0}");
        }
        table.Print();
    }

    private static (int, int) Parse(string shape) => shape.Split('x') is [var balances, var vms]
        ? (int.Parse(balances, CultureInfo.InvariantCulture), int.Parse(vms, CultureInfo.InvariantCulture))
        : throw new ArgumentException($"'{shape}' is no shape such as 1000x10.");
}
