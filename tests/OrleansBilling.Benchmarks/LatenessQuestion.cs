using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Benchmarks;

/// <summary>How long after the projected instant of zero the order to stop is durable, on real time, with nothing else to do and under charges.</summary>
internal static class LatenessQuestion
{
    private static readonly TimeSpan first = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan within = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan every = TimeSpan.FromMinutes(1);

    public static async Task Ask(string[] arguments)
    {
        var balances = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 400;
        var perSecond = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 400;
        await using var server = await PostgresServer.Run("max_wal_size=8GB", "shared_buffers=512MB");
        var stops = new ConcurrentQueue<TimeSpan>();
        await using var silo = await BenchmarkSilo.Start(server, "lateness", new SiloSetup
        {
            RealTime = true, Policy = new BillingPolicy { ChargeEvery = every }, Ledger = store => StopsNoted.Before(store, stops),
        });
        await RunOut(silo, stops, "first", 20); // what the first use of anything takes is not asked
        var table = new Table("", "orders to stop", "charges/s", "p50 ms", "p99 ms", "max ms", "p99 × floor");
        table.Add(await Row("idle", TimeSpan.FromSeconds(1), () => RunOut(silo, stops, "idle", balances)));

        var vms = await silo.CreateFleet(perSecond * (int)every.TotalSeconds / 10, 10, withState: true, start: DateTimeOffset.UtcNow - every);
        await silo.WakeAll(vms);
        using var end = new CancellationTokenSource();
        var load = Drive(silo, vms, end.Token);
        await Task.Delay(TimeSpan.FromSeconds(5));
        table.Add(await Row("under load", TimeSpan.FromSeconds(2), () => RunOut(silo, stops, "loaded", balances)));
        await end.CancelAsync();
        await load;
        table.Print();

        async Task<string[]> Row(string name, TimeSpan floor, Func<Task<IReadOnlyList<TimeSpan>>> run)
        {
            var (entries, began) = ((await Counters.Read(silo.Database)).Entries, DateTimeOffset.UtcNow);
            var late = (await run()).Order().ToList();
            var charges = ((await Counters.Read(silo.Database)).Entries - entries - 2 * late.Count) / (DateTimeOffset.UtcNow - began).TotalSeconds;
            TimeSpan At(double share) => late[Math.Min(late.Count - 1, (int)(late.Count * share))];
            return
            [
                name, $"{late.Count:N0}", $"{charges:N0}", $"{At(0.5).TotalMilliseconds:N0}", $"{At(0.99).TotalMilliseconds:N0}", $"{late[^1].TotalMilliseconds:N0}",
                $"{At(0.99) / floor:N2}",
            ];
        }
    }

    /// <summary>Lets balances with one VM each run out, one after the other, and waits for all orders.</summary>
    private static async Task<IReadOnlyList<TimeSpan>> RunOut(BenchmarkSilo silo, ConcurrentQueue<TimeSpan> stops, string tenants, int count)
    {
        stops.Clear();
        var rules = await silo.Rules();
        var running = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var ending = Enumerable.Range(0, count).Select(i => (Vm: Fleet.Vm($"{tenants}-{i:D6}", 0, running, every), After: first + within * i / count)).ToList();
        var price = HourlyPrice.Parse(Fleet.PricePerHour).MicrosPerHour;
        await Fleet.Write(silo.Ledger, [.. ending.Select(end => Fleet.Running([end.Vm], new Amount((long)(price * end.After.TotalHours)), rules))]);
        await silo.WriteStates([.. ending.Select(end => end.Vm)]);
        await silo.WakeAll([.. ending.Select(end => end.Vm)]);
        for (var waited = 0; stops.Count < count; waited++)
        {
            if (waited > 120) throw new TimeoutException($"Only {stops.Count:N0} of {count:N0} VMs were ordered to stop.");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        await Task.Delay(TimeSpan.FromSeconds(2));
        return [.. stops];
    }

    /// <summary>Wakes each VM when its charge is due, as its reminder would.</summary>
    private static async Task Drive(BenchmarkSilo silo, IReadOnlyList<FleetVm> vms, CancellationToken end)
    {
        var grains = vms.Select(silo.VmGrain).ToArray();
        var calls = new List<Task>();
        var (i, round) = (0, 0);
        void Next() => (i, round) = i + 1 < vms.Count ? (i + 1, round) : (0, round + 1); // the fleet is in the order in which it is due
        for (var now = DateTimeOffset.UtcNow; vms[i].DueAt(round) < now;) Next(); // charged already
        while (!end.IsCancellationRequested)
        {
            if (vms[i].DueAt(round) is var due && due > DateTimeOffset.UtcNow)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None);
                continue;
            }
            calls.Add(grains[i].Wake());
            if (calls.Count > 10_000) calls.RemoveAll(call => call.IsCompletedSuccessfully);
            Next();
        }
        await Task.WhenAll(calls);
    }

    /// <summary>Notes when orders to stop have become durable, counted from their instants.</summary>
#pragma warning disable CA1852 // the proxy derives from it
    public class StopsNoted : DispatchProxy
#pragma warning restore CA1852
    {
        private ILedgerStore store = null!;
        private ConcurrentQueue<TimeSpan> noted = null!;

        internal static ILedgerStore Before(ILedgerStore store, ConcurrentQueue<TimeSpan> noted)
        {
            var proxy = Create<ILedgerStore, StopsNoted>();
            var own = (StopsNoted)(object)proxy;
            (own.store, own.noted) = (store, noted);
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = targetMethod!.Invoke(store, args);
            return answer is Task<CommitResult[]> committing ? Noted(committing, (IReadOnlyList<BalanceCommit>)args![0]!) : answer;
        }

        private async Task<CommitResult[]> Noted(Task<CommitResult[]> committing, IReadOnlyList<BalanceCommit> commits)
        {
            var results = await committing;
            var durable = DateTimeOffset.UtcNow;
            foreach (var (commit, result) in commits.Zip(results))
                foreach (var order in commit.Orders)
                    if (result == CommitResult.Committed && order is { Kind: OrderKind.Stop, State: OrderState.Open }) noted.Enqueue(durable - order.At);
            return results;
        }
    }
}
