using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.OnDemand;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>What a cluster promises when nothing is wrong; beside no other test, which would take its time.</summary>
[Collection(OneAtATime.Name)]
public sealed class CalmClusterTests(SharedCluster shared, ITestOutputHelper output) : IClassFixture<SharedCluster>
{
    [PostgresFact]
    public async Task E1_A_cluster_in_which_nothing_happens_stops_within_two_seconds()
    {
        using var standstill = new Standstill();
        await new Campaign(shared.Cluster, output) { StopsWithin = TimeSpan.FromSeconds(2), Standstill = standstill, EndsCold = false }.Run(_ => Task.Delay(TimeSpan.FromSeconds(15)));
        output.WriteLine($"The machine stood still for {standstill.Longest}.");
    }
}
