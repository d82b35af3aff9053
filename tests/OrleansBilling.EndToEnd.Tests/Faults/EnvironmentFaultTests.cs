using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Nemesis;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>
/// As <see cref="ClusterFaultTests"/>, with faults of what the silos stand on: the database, the clock, the platform. They have a cluster of
/// their own, so that both go on beside each other.
/// </summary>
public sealed class EnvironmentFaultTests(SharedCluster shared, ITestOutputHelper output) : IClassFixture<SharedCluster>
{
    private ClusterUnderTest Cluster => shared.Cluster;

    [PostgresFact]
    public async Task F2_F6_M5_M13_E2_E9_The_answer_to_a_commit_is_lost_and_a_silo_dies_between_commit_and_answer()
    {
        await new Campaign(Cluster, output) { EndsCold = false }.Run(Fault.LoseCommits, Fault.DieAfterCommit, Fault.LoseCommits, Fault.DieAfterCommit);
        Assert.True(Cluster.Silos.Sum(silo => silo.Proxy!.LostCommits) >= 4);
    }

    [PostgresFact]
    public Task F5_M13_C4_The_database_restarts_at_once_loses_its_backends_and_its_postmaster_and_is_gone_for_a_while() =>
        new Campaign(Cluster, output) { EndsCold = false }.Run(async load =>
        {
            await new Schedule(Cluster, load.Log, 0).Run(Fault.RestartDatabase, Fault.EndBackends, Fault.KillPostmaster);
            await Cluster.Postgres!.StopImmediately();
            await load.Log.WithoutDatabase(() => Task.Delay(TimeSpan.FromSeconds(8)));
            await Cluster.Postgres.Start();
        });

    [PostgresFact]
    public Task F9_E1_C4_The_database_is_slow_and_its_tables_are_held() =>
        new Campaign(Cluster, output) { EndsCold = false }.Run(Fault.SlowDatabase, Fault.LockLedger, Fault.SilenceSilo, Fault.CutSilo);

    [FakeTimeFact]
    public Task F11_M4_E4_C2_One_silo_has_a_clock_that_is_ahead_behind_or_fast() =>
        new Campaign(Cluster, output) { EndsCold = false, StopsWithin = null }.Run(Fault.OtherClock("+3h", 12), Fault.OtherClock("-2h", 12), Fault.OtherClock("+0 x60", 12), Fault.RestartWithOtherClock("+3h"));

    [PostgresFact]
    public Task F16_M4_E2_E9_The_platform_stops_late_confirms_late_and_twice_and_is_out_of_reach() =>
        new Campaign(Cluster, output) { EndsCold = false }.Run(Fault.BadPlatform(8, unreachable: 0.3), Fault.BadPlatform(8, unreachable: 1));
}
