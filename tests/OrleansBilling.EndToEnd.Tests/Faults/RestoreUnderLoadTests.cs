using OrleansBilling.EndToEnd.Tests.Database;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>The short form; <c>RestoredDatabaseTests</c>, on demand, waits until silos have asked the gateways by themselves.</summary>
[Collection(OnOneCluster.Name)]
public sealed class RestoreUnderLoadTests(SharedCluster shared, ITestOutputHelper output)
{
    [PostgresFact]
    public Task F22_M9_M12_M13_C1_A_backup_that_is_taken_and_put_back_under_load_loses_nothing_older_and_warm_silos_go_on_from_it() =>
        new RestoreUnderLoad(shared.Cluster, output) { GatewaysTellAgain = true }.Run();
}
