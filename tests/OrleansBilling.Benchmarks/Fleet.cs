using System.Collections.Immutable;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Benchmarks;

/// <summary>A running VM that is charged once a round.</summary>
/// <param name="Balance">Whose.</param>
/// <param name="Id">Its id.</param>
/// <param name="Reading">Its reading when it was first Running; with time it extends and nothing else becomes known.</param>
/// <param name="Every">The round.</param>
internal sealed record FleetVm(BalanceId Balance, string Id, MeterReading Reading, TimeSpan Every)
{
    /// <summary>The key of its grain.</summary>
    public string Key => $"{Balance}/{Id}";

    public DateTimeOffset DueAt(int round) => Reading.FirstRunning!.Value + (round + 1) * Every;

    /// <summary>When it is charged next after the instant.</summary>
    public DateTimeOffset DueAfter(DateTimeOffset instant) => DueAt((int)Math.Max(0, (instant - Reading.FirstRunning!.Value).Ticks / Every.Ticks));

    public MeterReading At(DateTimeOffset instant, Package package) => Reading with { Through = instant, Usage = Reading.UsageAt(instant, package) };
}

/// <summary>Balances with running VMs, whose charges are spread evenly over a round and one balance after the other.</summary>
internal static class Fleet
{
    public const string Package = "1xH100";
    public const string PricePerHour = "2.49";
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    // For a VM: most of a year, which no load uses up; not more, as a balance that ends is looked at again before.
    private static readonly Amount plenty = Amount.Parse("20000");

    /// <summary>Makes them in the ledger, in the order in which they are due.</summary>
    /// <param name="store">The ledger.</param>
    /// <param name="rules">By which they are charged.</param>
    /// <param name="balances">How many balances.</param>
    /// <param name="vmsEach">How many VMs each.</param>
    /// <param name="start">When the first is Running; all are within a round.</param>
    public static async Task<IReadOnlyList<FleetVm>> Create(ILedgerStore store, BillingRules rules, int balances, int vmsEach, DateTimeOffset? start = null)
    {
        var (first, round) = (start ?? Start, rules.Policy.ChargeEvery);
        var vms = new List<FleetVm>(balances * vmsEach);
        for (var v = 0; v < vmsEach; v++)
            for (var b = 0; b < balances; b++)
                vms.Add(Vm($"tenant-{b:D6}", v, first.AddMilliseconds((long)(round.TotalMilliseconds * vms.Count / (balances * vmsEach))), round));
        foreach (var some in vms.GroupBy(vm => vm.Balance).Chunk(250)) await Write(store, [.. some.Select(balance => Running([.. balance], Plenty(balance.Count()), rules))]);
        return vms;
    }

    /// <summary>One balance without a database.</summary>
    public static (List<FleetVm> Vms, BalanceCommit Commit, BillingRules Rules) One(int vms)
    {
        var package = new Package(Package, [new PriceVersion(1, HourlyPrice.Parse(PricePerHour), Start.AddDays(-1))]);
        var rules = new BillingRules(new BillingPolicy(), new PriceList(Currency.Usd, ImmutableDictionary<string, Package>.Empty.Add(Package, package)), [], Revision: 1);
        var round = rules.Policy.ChargeEvery;
        var fleet = Enumerable.Range(0, vms).Select(v => Vm("tenant-000000", v, Start.AddMilliseconds(round.TotalMilliseconds * v / vms), round)).ToList();
        return (fleet, Running(fleet, Plenty(vms), rules), rules);
    }

    private static Amount Plenty(int vms) => new(vms * plenty.Micros);

    public static FleetVm Vm(string tenant, int vm, DateTimeOffset running, TimeSpan every) =>
        new(new BalanceId("vn", tenant), $"vm-{vm:D5}", new MeterReading(2, running, Usage.None, VmStatus.Running, running), every);

    public static async Task Write(ILedgerStore store, IReadOnlyList<BalanceCommit> commits)
    {
        if ((await store.Commit(commits)).Any(result => result != CommitResult.Committed)) throw new InvalidOperationException("The fleet could not be made.");
    }

    /// <summary>
    /// A balance with credit and running VMs as they are when all orders to create them are confirmed. Written at once: asking for ten
    /// thousand one by one looks at ten thousand for each.
    /// </summary>
    public static BalanceCommit Running(IReadOnlyList<FleetVm> vms, Amount credit, BillingRules rules)
    {
        var step = BalanceStep.Begin(Balance.Empty, rules, vms.Max(vm => vm.Reading.Through));
        step.TopUp("first", Currency.Usd, credit, "benchmark");
        var decision = step.Decide();
        var rows = vms.Select((vm, ordinal) => new MeteredVm(
            vm.Id, ordinal, Package, $"create-{vm.Id}", new VmTraits(vm.Id), vm.Reading.Through, vm.Reading, new Watermark(0, vm.Reading.Through, Usage.None), [],
            vm.DueAt(0), StoppedAutomatically: false)).ToImmutableArray();
        return BalanceCommit.Of(StoredBalance.None(vms[0].Balance), "", decision with { Next = decision.Next with { Vms = MeteredVms.Of(rows) }, Vms = rows }, rules)!;
    }
}
