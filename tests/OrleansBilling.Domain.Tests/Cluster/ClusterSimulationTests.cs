using OrleansBilling.Domain.Tests.Support;
using Xunit.Abstractions;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>Three silos, one tenant, everything that can go wrong: what must never be wrong never is.</summary>
public sealed class ClusterSimulationTests(ITestOutputHelper output)
{
    private const int StepsOfASeed = 10_000;

    [Fact]
    public void M1_to_C3_hold_through_a_million_steps_of_three_silos()
    {
        var (folded, asked) = (0, 0);
        Seeds.Try(Seeds.Number("BILLING_STEPS") is { } steps ? (steps + StepsOfASeed - 1) / StepsOfASeed : 100, output, seed =>
        {
            var world = ClusterSimulation.Play(seed, StepsOfASeed);
            Interlocked.Add(ref folded, world.Store.Stored.Balance.Vms.Values.Count(vm => !vm.Posted.Usage.Folded.IsNone));
            Interlocked.Add(ref asked, world.Store.Asked);
            return world.Violation;
        });
        output.WriteLine($"{folded} VMs have folded prices; the ledger was asked for what it has charged {asked} times");
        if (Seeds.Number("BILLING_SEED") is null) Assert.True(folded > 0 && asked > 0, "No seed meets what becomes known of a time whose prices are folded.");
    }
}
