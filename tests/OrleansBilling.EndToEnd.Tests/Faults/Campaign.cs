using OrleansBilling.EndToEnd.Tests.Faults.Checks;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Nemesis;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>
/// The course of every fault test: tenants work, faults happen, faults end, everything that was begun must finish, everything is
/// verified; then all is restarted cold and verified once more.
/// </summary>
internal sealed class Campaign(ClusterUnderTest cluster, ITestOutputHelper output)
{
    private static readonly TimeSpan warmingUp = TimeSpan.FromSeconds(4);
    private static readonly string[] worked = ["M1", "M2", "M4", "M5", "M12", "M13", "C1", "C5"];
    private static readonly TimeSpan healed = TimeSpan.FromSeconds(4);

    public int Tenants { get; init; } = 4;

    public int Seed { get; init; } = int.TryParse(Environment.GetEnvironmentVariable("BILLING_SEED"), out var seed) ? seed : Environment.TickCount;

    /// <summary>How late a stop may be ordered (E1); null where the clocks that say so were wrong themselves.</summary>
    public TimeSpan? StopsWithin { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Notices what no cluster can do anything about; the time in which this machine stood still is allowed for (E1).</summary>
    public Standstill? Standstill { get; init; }

    /// <summary>How late a charge may be recorded (C6); null where faults may keep it longer.</summary>
    public TimeSpan? ChargesWithin { get; init; }

    /// <summary>Whether the last part, everything off and on again, belongs to it.</summary>
    public bool EndsCold { get; init; } = true;

    /// <summary>With these faults, one after the other.</summary>
    public Task Run(params IEnumerable<Fault> faults) => Run(load => new Schedule(cluster, load.Log, Seed).Run(faults));

    /// <summary>With some of these, chosen by the seed, for as long as is said.</summary>
    public Task Run(IReadOnlyList<Fault> faults, TimeSpan time) => Run(load => new Schedule(cluster, load.Log, Seed).Run(faults, time));

    public async Task Run(Func<Load, Task> faults)
    {
        output.WriteLine($"Seed {Seed}.");
        await cluster.Heal(); // a test before this one may have failed
        using var load = await Load.Begin(cluster, Tenants, Seed);
        var checker = new Checker(cluster, load.Log, [.. load.Workers.Select(worker => worker.Person)]) { StopsWithin = StopsWithin, Standstill = Standstill, IsAtWork = true, ChargesWithin = ChargesWithin, AwaitsDeletions = EndsCold, MustLookAt = worked };
        var succeeded = false;
        try
        {
            await Task.Delay(warmingUp);
            await checker.Remember();

            load.Log.Note("nemesis begins");
            await faults(load);
            checker.Healed(); // nothing strikes any more; that all have to start first is in the time
            await cluster.Heal();
            load.Log.Note("nemesis has ended");

            await Task.Delay(healed);
            await checker.Remember();
            var report = new CheckReport();
            report.Look("C5", await load.Finish(checker.Left), $"not everything was answered two minutes after the last fault");
            await Verify(checker, report, "healed");
            if (EndsCold)
            {
                await checker.Remember();
                checker.Healed();
                await cluster.RestartCold();
                await Verify(checker, new CheckReport(), "cold");
            }
            await Task.WhenAll(load.Workers.Select(worker => worker.Leave()));
            succeeded = true;
        }
        finally
        {
            if (!succeeded)
            {
                output.WriteLine(load.Log.Text());
                output.WriteLine(cluster.Log);
            }
        }
    }

    private async Task Verify(Checker checker, CheckReport report, string state)
    {
        await checker.Settled(report);
        await checker.Check(report);
        output.WriteLine($"---- {state} ----\n{report}");
        Assert.True(report.IsClean, $"Seed {Seed}, {state}:\n{report}");
    }
}
