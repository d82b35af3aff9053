using Npgsql;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.Checks;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Nemesis;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

/// <summary>What a machine can do to a cluster: its disk fails or is full, its processor is busy, its programs are replaced.</summary>
[Collection(OneAtATime.Name)]
public sealed class MachineFaultTests(ITestOutputHelper output)
{
    [OnDemandFact]
    public async Task F3_M12_E9_C1_C7_A_silo_that_stands_still_for_five_minutes_is_dead_to_the_others_and_writes_nothing_when_it_wakes()
    {
        await using var cluster = await ClusterUnderTest.OnPostgres();
        var silo = cluster.Silos[0];
        var (died, woken) = (DateTime.MaxValue, DateTime.MinValue);
        await new Campaign(cluster, output).Run(async _ =>
        {
            silo.Host.Freeze();
            await Task.Delay(TimeSpan.FromMinutes(5));
            died = (await Witness.Read(cluster)).Memberships.Last(membership => membership.Silo == silo.Name && membership.IsDead).At;
            woken = DateTime.UtcNow;
            silo.Host.Thaw();
            await silo.Host.Ended(); // it has read of its own death
        });
        Assert.True(died < woken);
        // The checker has looked for every change that it made after its death (C7); it had made some before.
        var changes = (await Witness.Read(cluster)).Changes.Where(change => change.Silo == silo.Name).ToArray();
        Assert.Contains(changes, change => change.At < died);
        output.WriteLine($"Dead {woken - died} before it woke.");
    }

    [OnDemandFact("strace")]
    public async Task F7_M13_The_disk_fails_to_sync_and_nothing_confirmed_is_missing()
    {
        await using var cluster = await ClusterUnderTest.OnPostgres();
        await new Campaign(cluster, output).Run(async _ =>
        {
            for (var times = 0; times < 3; times++)
            {
                await FailingSync.During(cluster.Owner, () => Task.Delay(TimeSpan.FromSeconds(3)));
                await cluster.Heal();
            }
        });
        Assert.Contains("could not fdatasync", cluster.Postgres!.Log, StringComparison.Ordinal);
    }

    [OnDemandFact("mount")]
    public async Task F8_M1_C4_The_disk_of_the_data_is_full_and_then_is_not()
    {
        await using var disk = await SmallDisk.Mount(megabytes: 160);
        await using var cluster = await ClusterUnderTest.OnPostgres(await PostgresServer.RunOn(disk.Path, null));
        await FillTwice(cluster, disk);
    }

    [OnDemandFact("mount")]
    public async Task F8_M1_C4_The_disk_of_the_write_ahead_log_is_full_and_then_is_not()
    {
        await using var disk = await SmallDisk.Mount(megabytes: 160);
        await using var cluster = await ClusterUnderTest.OnPostgres(await PostgresServer.RunOn(null, disk.Path, "max_wal_size=64MB"));
        await FillTwice(cluster, disk);
    }

    [OnDemandFact("dotnet")]
    public async Task F18_C6_A_rolling_upgrade_under_load_loses_no_call_that_is_repeated_and_charges_in_time()
    {
        using var folder = new TemporaryFolder();
        var later = await OtherVersion.BuildInto(folder);
        await using var cluster = await ClusterUnderTest.OnPostgres();
        await new Campaign(cluster, output) { ChargesWithin = TimeSpan.FromMinutes(1) }.Run(async _ =>
        {
            foreach (var process in cluster.All)
            {
                process.Host.Program = later;
                await process.EndAndStart();
                await Task.Delay(TimeSpan.FromSeconds(10)); // two versions at once
            }
        });
    }

    [OnDemandFact("stress-ng")]
    public async Task F19_E1_C5_A_starved_processor_makes_everything_late_and_nothing_wrong()
    {
        await using var cluster = await ClusterUnderTest.OnPostgres();
        await new Campaign(cluster, output).Run(_ => Command.Run("stress-ng", "--cpu", "0", "--switch", "8", "--timeout", "60s"));
    }

    [OnDemandFact]
    public async Task F1_F6_M1_M13_Faults_in_any_order_for_as_long_as_is_asked()
    {
        await using var cluster = await ClusterUnderTest.OnPostgres();
        await new Campaign(cluster, output) { Tenants = 8 }.Run(Fault.InAnyOrderForLong, Duration.OnDemand);
    }

    private async Task FillTwice(ClusterUnderTest cluster, SmallDisk disk)
    {
        await new Campaign(cluster, output).Run(async _ =>
        {
            for (var times = 0; times < 2; times++)
            {
                disk.Fill();
                for (var second = 0; second < 10; second++)
                {
                    await WantAnotherSegment(cluster);
                    await Task.Delay(TimeSpan.FromSeconds(1));
                }
                disk.Free();
                await cluster.Heal();
            }
        });
        Assert.Contains("No space left on device", cluster.Postgres!.Log, StringComparison.Ordinal);
    }

    /// <summary>So that the log wants more of the disk than it has kept from before, however few work.</summary>
    private static async Task WantAnotherSegment(ClusterUnderTest cluster)
    {
        try
        {
            await PostgresServer.Execute(cluster.Owner, "SELECT pg_switch_wal()");
        }
        catch (NpgsqlException)
        {
            // It has ended: the disk was full.
        }
    }
}
