using System.Diagnostics;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Benchmarks;

/// <summary>Charges a fleet round by round, each VM when it is due, with so many calls in flight, and counts what became durable.</summary>
/// <param name="silo">The silo.</param>
/// <param name="vms">The fleet.</param>
/// <param name="inFlight">How many calls at a time.</param>
internal sealed class ChargeLoad(BenchmarkSilo silo, IReadOnlyList<FleetVm> vms, int inFlight)
{
    /// <summary>What a VM's grain tells its balance, without that grain: the VM by its place in the fleet, and the round.</summary>
    public async Task<Func<int, int, Task>> Readings()
    {
        var balances = vms.Select(vm => silo.Grains.GetGrain<IBalanceGrain>(vm.Balance.ToString())).ToArray();
        var package = (await silo.Rules()).Prices[Fleet.Package];
        return (i, round) => balances[i].Report(vms[i].Id, vms[i].At(vms[i].DueAt(round), package), new VmTraits(vms[i].Id));
    }

    /// <summary>What a reminder does.</summary>
    public Func<int, int, Task> Ticks()
    {
        var grains = vms.Select(silo.VmGrain).ToArray();
        return (i, _) => grains[i].Wake();
    }

    public Task Charge(int firstRound, int rounds, Func<int, int, Task> charge) => Some(firstRound, vms.Count * rounds, charge);

    /// <summary>The first so many charges from a round on.</summary>
    public async Task Some(int firstRound, int charges, Func<int, int, Task> charge)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < charges; i = Interlocked.Increment(ref next))
            {
                var (round, vm) = (firstRound + i / vms.Count, i % vms.Count);
                silo.Clock.Reach(vms[vm].DueAt(round));
                await charge(vm, round);
            }
        })));
    }

    public Task<Measured> Measure(int firstRound, int rounds, Func<int, int, Task> charge) => MeasureSome(firstRound, vms.Count * rounds, charge);

    public async Task<Measured> MeasureSome(int firstRound, int wanted, Func<int, int, Task> charge)
    {
        var before = await Counters.Read(silo.Database);
        var busy = await Processor.Read(silo.Database);
        var allocated = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        await Some(firstRound, wanted, charge);
        var seconds = watch.Elapsed.TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        busy = await Processor.Read(silo.Database) - busy;
        var after = await Counters.Read(silo.Database);
        var charges = after.Entries - before.Entries;
        // A balance charges what is due when it is asked: what came early is not counted twice.
        if (charges < wanted - vms.Count) throw new InvalidOperationException($"Only {charges:N0} charges are in the ledger.");
        return new Measured(charges / seconds, charges, after.Transactions - before.Transactions, after.WalBytes - before.WalBytes, busy.Silo / charges, busy.Database / charges, (double)allocated / charges);
    }
}

/// <param name="PerSecond">Charges a second that became durable.</param>
/// <param name="Charges">How many did.</param>
/// <param name="Transactions">In how many transactions of the database.</param>
/// <param name="WalBytes">What the database logged for them.</param>
/// <param name="SiloTime">Processor time of the silo for one, the load's own included.</param>
/// <param name="DatabaseTime">Processor time of the database for one.</param>
/// <param name="SiloBytes">What the silo allocated for one, with the load.</param>
internal sealed record Measured(double PerSecond, double Charges, double Transactions, double WalBytes, TimeSpan SiloTime, TimeSpan DatabaseTime, double SiloBytes)
{
    public double WalBytesEach => WalBytes / Charges;
}
