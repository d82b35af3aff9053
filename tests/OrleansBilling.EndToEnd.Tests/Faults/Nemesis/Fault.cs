using System.Diagnostics;
using System.Globalization;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.Checks;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;

namespace OrleansBilling.EndToEnd.Tests.Faults.Nemesis;

/// <summary>Something that happens to a cluster, and what ends it.</summary>
/// <param name="Name">For the log.</param>
/// <param name="Strike">Does it, and returns when it is over.</param>
internal sealed record Fault(string Name, Func<ClusterUnderTest, Random, Task> Strike)
{
    /// <summary>F1: a silo is gone, and comes back.</summary>
    public static readonly Fault KillSilo = new("kill a silo", (cluster, random) => One(cluster.Silos, random).KillAndStart());

    /// <summary>F1: two of three silos are gone at once.</summary>
    public static readonly Fault KillTwoSilos = new("kill two silos", (cluster, random) =>
        Task.WhenAll(cluster.Silos.OrderBy(_ => random.Next()).Take(2).ToArray().Select(silo => silo.KillAndStart())));

    /// <summary>A portal is gone; callers go to the other one.</summary>
    public static readonly Fault KillPortal = new("kill a portal", (cluster, random) => One(cluster.Portals, random).KillAndStart());

    /// <summary>F18: a silo ends as it is asked to, and comes back.</summary>
    public static readonly Fault RestartSilo = new("end and start a silo", (cluster, random) => One(cluster.Silos, random).EndAndStart());

    /// <summary>F4: all silos are gone at once.</summary>
    public static readonly Fault KillAllSilos = new("kill all silos", (cluster, _) => Task.WhenAll(cluster.Silos.Select(silo => silo.KillAndStart())));

    /// <summary>F5: the database ends between two instructions and recovers.</summary>
    public static readonly Fault RestartDatabase = new("restart the database at once", (cluster, _) => cluster.Postgres!.RestartImmediately());

    /// <summary>F5: only the postmaster is killed.</summary>
    public static readonly Fault KillPostmaster = new("kill the postmaster", async (cluster, _) =>
    {
        cluster.Postgres!.KillPostmaster();
        await cluster.Postgres.Start();
    });

    /// <summary>F5: the connections of the silos end, at the server's side.</summary>
    public static readonly Fault EndBackends = new("end backends", (cluster, random) => PostgresServer.Execute(
        cluster.Owner, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid % 3 <= {random.Next(3)}"));

    /// <summary>F6: the database has committed and nobody is told.</summary>
    public static readonly Fault LoseCommits = new("lose answers to commits", async (cluster, random) =>
    {
        int Lost() => cluster.Silos.Sum(silo => silo.Proxy!.LostCommits);
        var before = Lost();
        foreach (var silo in cluster.Silos) silo.Proxy!.LoseCommits(random.Next(1, 4));
        await Task.Delay(random.Next(1_000, 3_000));
        // Wherever silos may be away, nobody may commit at all: this is no time in which it must.
        for (var waited = Stopwatch.StartNew(); Lost() == before && waited.Elapsed < TimeSpan.FromMinutes(1);) await Task.Delay(50);
        foreach (var silo in cluster.Silos) silo.Proxy!.Heal();
    });

    /// <summary>F2: the database has committed, and the silo that asked for it is gone before it hears it.</summary>
    public static readonly Fault DieAfterCommit = new("die between commit and answer", async (cluster, random) =>
    {
        var silo = One(cluster.Silos, random);
        var gone = new TaskCompletionSource();
        silo.Proxy!.AtNextCommit(async () =>
        {
            await silo.Host.Kill();
            gone.TrySetResult();
        });
        // A silo that has nothing to commit lives on.
        await Task.WhenAny(gone.Task, Task.Delay(TimeSpan.FromMinutes(1)));
        silo.Proxy.Heal();
        await silo.Start();
    });

    /// <summary>The network between a silo and the database breaks, and is there again.</summary>
    public static readonly Fault CutSilo = new("cut a silo from the database", async (cluster, random) =>
    {
        var proxy = One(cluster.Silos, random).Proxy!;
        proxy.Refuse();
        await Task.Delay(random.Next(1_000, 8_000));
        proxy.Heal();
    });

    /// <summary>The same without a word to anybody.</summary>
    public static readonly Fault SilenceSilo = new("silence between a silo and the database", async (cluster, random) =>
    {
        var proxy = One(cluster.Silos, random).Proxy!;
        proxy.FallSilent();
        await Task.Delay(random.Next(1_000, 8_000));
        proxy.Heal();
    });

    /// <summary>F9: the database answers late.</summary>
    public static readonly Fault SlowDatabase = new("slow database", async (cluster, random) =>
    {
        foreach (var process in cluster.All) process.Proxy!.Delay = TimeSpan.FromMilliseconds(random.Next(50, 400));
        await Task.Delay(random.Next(2_000, 6_000));
        foreach (var process in cluster.All) process.Proxy!.Delay = TimeSpan.Zero;
    });

    /// <summary>F9: somebody holds the ledger. In the order in which the writer takes the tables, so that neither is ended for a deadlock; of a reader in the other order, this is never the one.</summary>
    public static readonly Fault LockLedger = new("lock the ledger", (cluster, random) => PostgresServer.Execute(
        cluster.Owner, $"SET deadlock_timeout = '1h'; BEGIN; LOCK TABLE balance, ledger_entry IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep({random.Next(2, 6)}); COMMIT"));

    /// <summary>F3: a silo stands still and goes on as if nothing had been.</summary>
    public static Fault FreezeSilo(int seconds) => new($"freeze a silo for {seconds} s", async (cluster, random) =>
    {
        var silo = One(cluster.Silos, random);
        if (!silo.Host.IsRunning) await silo.Start(); // declared dead it has ended by itself: a supervisor starts it
        silo.Host.Freeze();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        silo.Host.Thaw();
    });

    /// <summary>F3: the same, for longer than the others wait for it: it wakes and is dead.</summary>
    public static Fault FreezeSiloToDeath(int seconds) => new($"freeze a silo for {seconds} s, until it is declared dead", async (cluster, random) =>
    {
        var silo = One(cluster.Silos, random);
        async Task<int> Deaths() => (await Witness.Read(cluster)).Memberships.Count(membership => membership.Silo == silo.Name && membership.IsDead);
        var before = await Deaths();
        silo.Host.Freeze();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var after = await Deaths();
        silo.Host.Thaw();
        Assert.True(after > before, $"{silo.Name} stood still for {seconds} s and nobody declared it dead.");
        await silo.Host.Ended(); // it has read of its own death
    });

    /// <summary>F11: the clock of a running silo jumps or runs, and is right again. The silo may end because of it: a supervisor starts it.</summary>
    public static Fault OtherClock(string clock, int seconds) => new($"clock {clock} on a silo", async (cluster, _) =>
    {
        var silo = cluster.Silos.Single(silo => silo.ClockFile is not null);
        silo.SetClock(clock);
        await silo.GoesByAnotherClock();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        silo.SetClock(null);
        // Set once, a rate stays for the life of a process: libfaketime forgets jumps only.
        if (clock.Contains('x', StringComparison.Ordinal) && silo.Host.IsRunning) await silo.Host.Kill();
        await silo.Start();
    });

    /// <summary>F11: a silo is started with another clock: it does not serve, and ends.</summary>
    public static Fault RestartWithOtherClock(string clock) => new($"restart with clock {clock}", async (cluster, _) =>
    {
        var silo = cluster.Silos.Single(silo => silo.ClockFile is not null);
        await silo.Host.Kill();
        silo.SetClock(clock);
        silo.Host.Launch();
        Assert.NotEqual(0, await silo.Host.Ended());
        silo.SetClock(null);
        await silo.Start();
    });

    /// <summary>F16: a platform that is slow, confirms late and twice, and cannot be reached with some probability.</summary>
    public static Fault BadPlatform(int seconds, double unreachable) => new($"a platform out of reach with probability {unreachable}", async (cluster, _) =>
    {
        foreach (var silo in cluster.Silos)
        {
            silo.SetPlatform(
                ("Unreachable", unreachable.ToString(CultureInfo.InvariantCulture)), ("ConfirmsLate", "0.5"), ("Lateness", "00:00:04"), ("ConfirmsTwice", "0.5"),
                ("Stop", "00:00:07")); // longer than orders wait before they are repeated
            await silo.EndAndStart();
        }
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        foreach (var silo in cluster.Silos)
        {
            silo.SetPlatform();
            await silo.EndAndStart();
        }
    });

    /// <summary>What may come in any order, under load, in any cluster on PostgreSQL.</summary>
    public static IReadOnlyList<Fault> InAnyOrder { get; } =
    [
        KillSilo, KillSilo, KillTwoSilos, KillPortal, RestartSilo, KillAllSilos, FreezeSilo(2), FreezeSilo(8), RestartDatabase, KillPostmaster, EndBackends, LoseCommits, LoseCommits,
        DieAfterCommit, CutSilo, SilenceSilo, SlowDatabase, LockLedger,
    ];

    /// <summary>The same where there are minutes for it: also a silo that wakes after it was declared dead.</summary>
    public static IReadOnlyList<Fault> InAnyOrderForLong { get; } = [.. InAnyOrder, FreezeSilo(40), FreezeSilo(40)];

    private static ClusterProcess One(List<ClusterProcess> processes, Random random) => processes[random.Next(processes.Count)];
}
