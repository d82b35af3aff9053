using System.Globalization;
using OrleansBilling.EndToEnd.Tests.Database;

namespace OrleansBilling.Benchmarks;

/// <summary>
/// How many charges a second become durable, with 1,000 in flight, against what the database does without us. The sides take turns, a
/// window each, because a machine is not equally fast all the time; a figure is the median of its windows.
/// </summary>
internal static class ChargesQuestion
{
    private const int InFlight = 1000;
    private const int WarmUp = 200_000;
    private const int Asked = 200_000; // a window: what is first written after its checkpoint is written whole, and the less the longer it is
    private const int Turns = 5;
    private static readonly TimeSpan plainTime = TimeSpan.FromSeconds(3);
    private static readonly int[] clients = [4, 8, 16, 32, 64];

    public static async Task Ask(string[] arguments)
    {
        var shapes = arguments.Length > 0 ? [.. arguments.Select(Parse)] : new[] { (1, 1000), (1000, 10), (10000, 1) };
        var table = new Table("balances × VMs", "charges/s", "through ticks", "plain, best", "clients", "in batches", "× plain", "× batches", "commits/charge", "WAL bytes/charge", "µs of silo", "of database", "KB of silo");
        // No vacuum and no checkpoint but those before each window.
        await using var server = await PostgresServer.Run("max_wal_size=8GB", "checkpoint_timeout=1h", "shared_buffers=512MB", "autovacuum=off");
        foreach (var (balances, vmsEach) in shapes) await Ask(server, balances, vmsEach, table);
        table.Print();
    }

    private static async Task Ask(PostgresServer server, int balances, int vmsEach, Table table)
    {
        await using var silo = await BenchmarkSilo.Start(server, string.Create(CultureInfo.InvariantCulture, $"charges_{balances}_{vmsEach}"));
        var vms = await silo.CreateFleet(balances, vmsEach, withState: true);
        var plain = new PlainSql(silo.Database, balances, vmsEach);
        await plain.Prepare();
        var load = new ChargeLoad(silo, vms, InFlight);
        var readings = await load.Readings();
        var (warm, rounds, round) = (Math.Max(1, WarmUp / vms.Count), Math.Max(3, Asked / vms.Count), 0);
        var (measured, perSecond, throughTicks) = (new List<Measured>(), new Figure(), new Figure());
        var oneByOne = clients.ToDictionary(count => count, _ => new Figure());
        var inBatches = Enumerable.Range(1, balances == 1 ? 1 : 2).ToDictionary(count => count, _ => new Figure());

        // From here on grains are in memory and everything is compiled as it stays: a silo runs for weeks.
        await Charge(warm, readings);
        for (var turn = 0; turn < Turns; turn++)
        {
            measured.Add(await Window(readings));
            perSecond.Add(measured[^1].PerSecond);
            foreach (var (count, figure) in oneByOne) figure.Add(await AfterCleaning(() => plain.OneByOne(count, runIn: vms.Count, plainTime)));
            foreach (var (count, figure) in inBatches) figure.Add(await AfterCleaning(() => plain.InBatches(count, 1000, runIn: vms.Count, plainTime)));
        }
        await Charge(warm, load.Ticks());
        for (var turn = 0; turn < Turns; turn++) throughTicks.Add((await Window(load.Ticks())).PerSecond);

        var (most, best) = oneByOne.MaxBy(of => of.Value.Median);
        var batched = inBatches.Values.MaxBy(figure => figure.Median)!;
        double Each(Func<Measured, double> value) => measured.Sum(window => value(window) * window.Charges) / measured.Sum(window => window.Charges);
        table.Add(
            $"{balances:N0} × {vmsEach:N0}", $"{perSecond}", $"{throughTicks}", $"{best}", $"{most}", $"{batched}",
            $"{perSecond.Median / best.Median:N2}", $"{perSecond.Median / batched.Median:N2}", $"{Each(window => window.Transactions / window.Charges):N4}", $"{Each(window => window.WalBytesEach):N0}",
            $"{Each(window => window.SiloTime.TotalMicroseconds):N0}", $"{Each(window => window.DatabaseTime.TotalMicroseconds):N0}", $"{Each(window => window.SiloBytes / 1024):N1}");
        Console.Error.WriteLine(string.Join("; ", oneByOne.Select(of => $"{of.Key} clients {of.Value}")));

        // Each window begins alike: nothing to vacuum, nothing to write for a checkpoint, and then one charge a VM before it counts,
        // because what is first written after a checkpoint is written whole.
        async Task<T> AfterCleaning<T>(Func<Task<T>> window)
        {
            await PostgresServer.Execute(silo.Database, "VACUUM (ANALYZE)");
            await PostgresServer.Execute(silo.Database, "CHECKPOINT");
            return await window();
        }

        Task<Measured> Window(Func<int, int, Task> charge) => AfterCleaning(async () =>
        {
            await Charge(1, charge);
            round += rounds;
            return await load.Measure(round - rounds, rounds, charge);
        });

        Task Charge(int more, Func<int, int, Task> charge)
        {
            round += more;
            return load.Charge(round - more, more, charge);
        }
    }

    private static (int, int) Parse(string shape) => shape.Split('x') is [var balances, var vms]
        ? (int.Parse(balances, CultureInfo.InvariantCulture), int.Parse(vms, CultureInfo.InvariantCulture))
        : throw new ArgumentException($"'{shape}' is no shape such as 1000x10.");
}
