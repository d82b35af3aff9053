using OrleansBilling.EndToEnd.Tests.Faults.Cluster;

namespace OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

/// <summary>F10: three silos, each in a network of its own, between which packets are lost.</summary>
[Collection(OneAtATime.Name)]
public sealed class NetworkFaultTests(ITestOutputHelper output)
{
    [OnDemandFact("ip", "nft")]
    public Task F10_M5_C1_C7_One_silo_is_cut_from_the_two_others_and_all_three_still_reach_the_database() => Under(async network =>
    {
        await network.Part(0, 1);
        await network.Part(0, 2);
    });

    [OnDemandFact("ip", "nft")]
    public Task F10_C4_C5_One_silo_is_cut_from_the_database_and_still_talks_to_the_others() => Under((network, port) => network.CutFrom(0, port));

    [OnDemandFact("ip", "nft")]
    public Task F10_C1_C7_One_silo_is_heard_by_another_and_does_not_hear_it() => Under(network => network.Deafen(0, 1));

    [OnDemandFact("ip", "nft")]
    public Task F10_M5_C5_Of_all_packets_to_and_from_a_silo_30_in_100_are_lost() => Under(network => network.Lose(0, ofHundred: 30));

    private Task Under(Func<Network, Task> fault) => Under((network, _) => fault(network));

    private async Task Under(Func<Network, int, Task> fault)
    {
        await using var network = await Network.Of(3);
        await using var cluster = await ClusterUnderTest.OnNetwork(network);
        await new Campaign(cluster, output).Run(async _ =>
        {
            await fault(network, cluster.Postgres!.Port);
            await Task.Delay(TimeSpan.FromSeconds(45)); // long enough for silos to declare each other dead
            await network.Heal();
        });
    }
}
