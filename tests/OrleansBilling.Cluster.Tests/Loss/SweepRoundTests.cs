using System.Collections.Concurrent;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Loss;

/// <summary>What the sweep has begun and could not end, or had begun before silos came or went, or before its clock was set back, it begins anew (C2, C3, C5).</summary>
public sealed class SweepRoundTests
{
    private const string Underway = "vn/t1/m"; // where a round has got to: it goes on from there

    [Fact]
    public async Task C5_a_first_sweep_that_failed_does_not_count_as_made_and_every_living_vm_is_woken_by_the_next()
    {
        var ledger = new FaultyLedger();
        var failed = 0;
        ledger.Instead = (question, _) =>
        {
            if (question != nameof(ILedgerStore.OverdueBalances)) return null;
            Interlocked.Increment(ref failed);
            throw new IOException("The ledger cannot be reached.");
        };
        var wakes = new WakesOfVms();
        await using var cluster = await Ladder.Begin(setup =>
        {
            Ladder.Sweeping(setup);
            setup.Ledger = ledger.Around;
            setup.Services = services => services.AddFilter(wakes);
        });
        await Eventually.Holds(() => Volatile.Read(ref failed) > 0, "a sweep has failed");
        Assert.Empty(wakes.Woken);

        ledger.Instead = null;
        await Eventually.Holds(() => !wakes.Woken.IsEmpty, "the VM is woken");
    }

    [Fact]
    public async Task C3_C5_a_round_of_charges_that_is_underway_when_a_silo_joins_begins_anew_with_what_was_due_two_rounds_ago()
    {
        var ledger = new FaultyLedger();
        var asked = new ConcurrentQueue<(DateTimeOffset After, string? From)>();
        ledger.Instead = (question, arguments) =>
        {
            if (question != nameof(ILedgerStore.OverdueCharges)) return null;
            asked.Enqueue((((ChargeWindow)arguments[0]!).After, (string?)arguments[1]));
            return Task.FromResult(new VmPage([], Underway)); // there is always more
        };
        var silos = 0;
        await using var cluster = await Ladder.Begin(setup =>
        {
            Ladder.Sweeping(setup);
            setup.Ledger = store => Interlocked.Increment(ref silos) == 1 ? ledger.Around(store) : store;
        });
        await cluster.AdvanceTo(Ladder.At("10:20:00"));
        await Eventually.Holds(() => asked.Count(one => one.From == Underway) > 2, "a round is underway");
        Assert.DoesNotContain(asked, one => one.After == Ladder.At("09:50:00"));

        await cluster.Cluster.StartAdditionalSiloAsync();
        await Eventually.Holds(() => asked.Contains((Ladder.At("09:50:00"), null)), "the round has begun anew");
    }

    [Fact]
    public async Task C2_C5_when_a_clock_was_set_back_the_whole_round_is_looked_at_also_the_part_between_the_two_instants()
    {
        await using var cluster = await BillingCluster.Start(setup => setup.Start = Ladder.At("10:14:00"));
        await cluster.TopUp("100");
        await cluster.Create("a");
        Assert.Equal(Ladder.At("10:29:00"), (await cluster.Billing.FindVm(cluster.Tenant, "a"))!.NextChargeAt);

        // The sweep was done with all that was due by 10:59, and now it is 10:40 again: of the quarter hour, minutes 10 to 14 are in no part that lies ahead.
        var window = new ChargeWindow(Ladder.At("10:59:00"), Ladder.At("10:40:00"), TimeSpan.FromMinutes(15));
        Assert.Equal("a", Assert.Single((await cluster.Ledger.OverdueCharges(window, null, 10)).Vms).Vm); // SQLite looks at the whole round always
    }

    private sealed class WakesOfVms : IIncomingGrainCallFilter
    {
        public ConcurrentQueue<string> Woken { get; } = new();

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.InterfaceMethod is { Name: nameof(IVmGrain.Wake), DeclaringType: { } type } && type == typeof(IVmGrain)) Woken.Enqueue(context.TargetId.ToString());
            return context.Invoke();
        }
    }
}
