using Xunit.Abstractions;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>A simulation that never complains shows nothing: with a guard taken away it must, and by the invariant that the guard is for.</summary>
public sealed class SabotageTests(ITestOutputHelper output)
{
    private const int Seeds = 100;
    private const int Steps = 10_000;

    [Fact]
    public void The_simulation_turns_red_by_M5_when_operation_ids_are_not_unique() => TurnsRed("M5", Sabotage.OperationsNotUnique);

    [Fact]
    public void The_simulation_turns_red_by_C1_when_versions_are_not_compared() => TurnsRed("C1", Sabotage.VersionsNotCompared);

    [Fact]
    public void The_simulation_turns_red_by_E3_when_machines_obey_without_asking_whether_the_order_still_holds() => TurnsRed("E3", Sabotage.OrdersNotAsked);

    [Fact]
    public void The_simulation_turns_red_by_M4_when_ticks_are_counted_instead_of_seconds() => TurnsRed("M4", Sabotage.TicksCounted);

    private void TurnsRed(string invariant, Sabotage sabotage)
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            if (ClusterSimulation.Play(seed, Steps, sabotage).Violation is not { } violation) continue;
            output.WriteLine($"seed {seed}: {violation}");
            if (violation.StartsWith($"{invariant}:", StringComparison.Ordinal)) return;
        }
        Assert.Fail($"{Seeds} seeds and no violation of {invariant}");
    }
}
