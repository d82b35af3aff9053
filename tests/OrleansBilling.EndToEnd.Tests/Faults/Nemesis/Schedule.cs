using System.Globalization;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;

namespace OrleansBilling.EndToEnd.Tests.Faults.Nemesis;

/// <summary>Faults one after the other, chosen by a seed, with pauses in which the cluster may recover or not.</summary>
internal sealed class Schedule(ClusterUnderTest cluster, WorkLog log, int seed)
{
    private readonly Random random = new(seed);

    /// <summary>As many as there is time for.</summary>
    public async Task Run(IReadOnlyList<Fault> faults, TimeSpan time)
    {
        for (var end = log.Now + time; log.Now < end;) await Strike(faults[random.Next(faults.Count)]);
    }

    /// <summary>Exactly these, in this order.</summary>
    public async Task Run(params IEnumerable<Fault> faults)
    {
        foreach (var fault in faults) await Strike(fault);
    }

    private async Task Strike(Fault fault)
    {
        log.Note($"nemesis: {fault.Name}");
        await fault.Strike(cluster, random);
        // After most of them it is calm for a while; sometimes the next comes at once.
        var pause = random.Next(4) == 0 ? 0 : random.Next(500, 3_000);
        log.Note(string.Create(CultureInfo.InvariantCulture, $"nemesis: {fault.Name} is over, then {pause} ms of nothing"));
        await Task.Delay(pause);
    }
}
