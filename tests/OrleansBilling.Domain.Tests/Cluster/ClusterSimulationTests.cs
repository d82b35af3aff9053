using OrleansBilling.Domain.Tests.Support;
using Xunit.Abstractions;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>Three silos, one tenant, everything that can go wrong: what must never be wrong never is.</summary>
public sealed class ClusterSimulationTests(ITestOutputHelper output)
{
    private const int StepsOfASeed = 10_000;

    [Fact]
    public void M1_to_C3_hold_through_a_million_steps_of_three_silos() =>
        Seeds.Try(Seeds.Number("BILLING_STEPS") is { } steps ? (steps + StepsOfASeed - 1) / StepsOfASeed : 100, output, seed => ClusterSimulation.Play(seed, StepsOfASeed).Violation);
}
