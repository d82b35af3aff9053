using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>Three silos and two portals that all tests of the collection use, one after the other.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    internal ClusterUnderTest Cluster { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (PostgresServer.Programs is not null) Cluster = await ClusterUnderTest.OnPostgres();
    }

    public async Task DisposeAsync()
    {
        if (Cluster is not null) await Cluster.DisposeAsync();
    }
}

/// <summary>See <see cref="SharedCluster"/>. Others run beside it: faults on a machine that has other things to do are faults too.</summary>
[CollectionDefinition(Name)]
public sealed class OnOneCluster : ICollectionFixture<SharedCluster>
{
    public const string Name = "On one cluster";
}
