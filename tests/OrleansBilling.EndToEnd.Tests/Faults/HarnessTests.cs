using OrleansBilling.EndToEnd.Tests.Faults.Cluster;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>What tests faults, tried itself on one silo and two portals over files.</summary>
public sealed class HarnessTests(ITestOutputHelper output)
{
    [Fact]
    public async Task F1_F3_F4_One_silo_that_is_killed_and_frozen_under_load_loses_nothing()
    {
        await using var cluster = await ClusterUnderTest.OnFiles();
        await new Campaign(cluster, output).Run(async _ =>
        {
            var silo = cluster.Silos[0];
            await Task.Delay(2_000);
            await silo.KillAndStart();
            await Task.Delay(2_000);
            silo.Host.Freeze();
            await Task.Delay(3_000);
            silo.Host.Thaw();
            await cluster.Portals[0].KillAndStart();
        });
    }
}
