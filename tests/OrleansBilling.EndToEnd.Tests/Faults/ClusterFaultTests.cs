using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Nemesis;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>
/// One kind of fault after the other on three silos and two portals under load. Every test ends with all rows of the checker: the
/// invariants in its name are those that its fault could break.
/// </summary>
[Collection(OnOneCluster.Name)]
public sealed class ClusterFaultTests(SharedCluster shared, ITestOutputHelper output)
{
    private ClusterUnderTest Cluster => shared.Cluster;

    [PostgresFact]
    public Task F1_F4_M4_M13_E1_E2_C3_C5_Silos_are_killed_under_load_one_two_and_all_at_once() =>
        new Campaign(Cluster, output) { EndsCold = false }.Run(Fault.KillSilo, Fault.KillTwoSilos, Fault.KillAllSilos, Fault.KillPortal);

    [PostgresFact]
    public Task F3_M12_E9_C1_C7_A_silo_stands_still_for_5_and_for_60_seconds_and_wakes_among_others_that_went_on() =>
        new Campaign(Cluster, output) { EndsCold = false }.Run(Fault.FreezeSilo(5), Fault.FreezeSiloToDeath(60));

    [PostgresFact]
    public Task F1_F6_M1_M13_E2_C5_Three_silos_and_two_portals_under_load_any_order_of_faults_then_healed() =>
        new Campaign(Cluster, output) { Tenants = 6 }.Run(Fault.InAnyOrder, Duration.OfFaults);
}
