using System.Diagnostics;
using System.Globalization;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.EndToEnd.Tests.Database;

namespace OrleansBilling.Benchmarks;

/// <summary>How many charges a second become durable, with 1,000 in flight, against what the database does without us.</summary>
internal static class ChargesQuestion
{
    private const int InFlight = 1000;
    private static readonly TimeSpan plainTime = TimeSpan.FromSeconds(4);

    public static async Task Ask(string[] arguments)
    {
        var shapes = arguments.Length > 0 ? [.. arguments.Select(Parse)] : new[] { (1, 1000), (1000, 10), (10000, 1) };
        var table = new Table("balances × VMs", "charges/s", "through ticks", "plain, best", "clients", "in batches", "× plain", "× batches", "commits/charge", "WAL bytes/charge");
        await using var server = await PostgresServer.Run("max_wal_size=8GB", "checkpoint_timeout=1h", "shared_buffers=512MB");
        foreach (var (balances, vmsEach) in shapes)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"charges_{balances}_{vmsEach}");
            await using var silo = await BenchmarkSilo.Start(server, name);
            var vms = await silo.CreateFleet(balances, vmsEach, withState: true);
            var plain = new PlainSql(silo.Database, balances, vmsEach);
            await plain.Prepare();

            await Charge(silo, vms, 0, 1, Direct(silo, vms)); // grains and pages are in memory from here on
            var rounds = Math.Max(3, 100_000 / vms.Count);
            var measured = await Measure(silo, vms, 1, rounds, Direct(silo, vms));
            await Charge(silo, vms, rounds + 1, 1, Ticks(silo, vms));
            var ticks = await Measure(silo, vms, rounds + 2, rounds, Ticks(silo, vms));

            Console.Error.WriteLine($"{measured} {ticks}");
            var best = (PerSecond: 0.0, Clients: 0);
            foreach (var clients in new[] { 4, 8, 16, 32 })
                if (await plain.OneByOne(clients, plainTime) is var perSecond && perSecond > best.PerSecond) best = (perSecond, clients);
            var batched = 0.0;
            foreach (var clients in balances == 1 ? [1] : new[] { 1, 2 }) batched = Math.Max(batched, await plain.InBatches(clients, 1000, plainTime));
            table.Add(
                $"{balances:N0} × {vmsEach:N0}", $"{measured.PerSecond:N0}", $"{ticks.PerSecond:N0}", $"{best.PerSecond:N0}", $"{best.Clients}", $"{batched:N0}",
                $"{measured.PerSecond / best.PerSecond:N2}", $"{measured.PerSecond / batched:N2}", $"{measured.Transactions / measured.Charges:N4}", $"{measured.WalBytes / measured.Charges:N0}");
        }
        table.Print();
    }

    private static (int, int) Parse(string shape) => shape.Split('x') is [var balances, var vms]
        ? (int.Parse(balances, CultureInfo.InvariantCulture), int.Parse(vms, CultureInfo.InvariantCulture))
        : throw new ArgumentException($"'{shape}' is no shape such as 1000x10.");

    private static Func<int, int, Task> Direct(BenchmarkSilo silo, IReadOnlyList<FleetVm> vms)
    {
        var balances = vms.Select(vm => silo.Grains.GetGrain<IBalanceGrain>(vm.Balance.ToString())).ToArray();
        var package = silo.Package();
        return (i, round) => balances[i].Report(vms[i].Id, vms[i].At(vms[i].DueAt(round), package), new VmTraits(vms[i].Id));
    }

    private static Func<int, int, Task> Ticks(BenchmarkSilo silo, IReadOnlyList<FleetVm> vms)
    {
        var grains = vms.Select(vm => silo.Grains.GetGrain<IVmGrain>($"{vm.Balance}/{vm.Id}")).ToArray();
        return (i, _) => grains[i].Wake();
    }

    /// <summary>Charges every VM once a round, each when it is due, with so many calls in flight.</summary>
    private static async Task Charge(BenchmarkSilo silo, IReadOnlyList<FleetVm> vms, int firstRound, int rounds, Func<int, int, Task> charge)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < vms.Count * rounds; i = Interlocked.Increment(ref next))
            {
                var (round, vm) = (firstRound + i / vms.Count, i % vms.Count);
                silo.Clock.Reach(vms[vm].DueAt(round));
                await charge(vm, round);
            }
        })));
    }

    private static async Task<Measured> Measure(BenchmarkSilo silo, IReadOnlyList<FleetVm> vms, int firstRound, int rounds, Func<int, int, Task> charge)
    {
        var before = await Counters.Read(silo.Database);
        var busy = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await Charge(silo, vms, firstRound, rounds, charge);
        var seconds = watch.Elapsed.TotalSeconds;
        busy = Environment.CpuUsage.TotalTime - busy;
        var after = await Counters.Read(silo.Database);
        var charges = after.Entries - before.Entries;
        if (charges < (long)vms.Count * (rounds - 1)) throw new InvalidOperationException($"Only {charges:N0} charges are in the ledger.");
        return new Measured(charges / seconds, charges, after.Transactions - before.Transactions, after.WalBytes - before.WalBytes, busy / charges);
    }

    private sealed record Measured(double PerSecond, double Charges, double Transactions, double WalBytes, TimeSpan Processor);
}
