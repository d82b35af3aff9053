using System.Diagnostics;
using OrleansBilling.Contracts;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains.Telemetry;

/// <summary>
/// The way of a charge as one trace: from the reminder's tick, over the runtime's own spans, to the balance's commit and the transaction
/// that it shares with others. Where many join, the span belongs to the trace of the first and has links to the rest.
/// </summary>
internal static class BillingTraces
{
    private const int MostLinks = 128; // as many as are exported of a span

    private static readonly ActivitySource source = new(BillingMetrics.Name);

    /// <summary>Where whoever calls stands in a trace that is recorded; nowhere otherwise.</summary>
    public static ActivityContext Here => Activity.Current is { Recorded: true } current ? current.Context : default;

    /// <summary>A VM's quarter hour. Begins a trace of its own, and not one more part of that in which its reminder was made.</summary>
    public static Activity? Tick(BalanceId balance, string vm)
    {
        if (!source.HasListeners()) return null;
        Activity.Current = null;
        return source.StartActivity(BillingMetrics.Tick)?.SetTag("billing.balance", balance.ToString()).SetTag("billing.vm", vm);
    }

    /// <summary>Says of a balance's commit what it wrote.</summary>
    public static void Describe(Activity? commit, BalanceCommit written)
    {
        if (commit is null) return;
        commit.SetTag("billing.balance", written.Key).SetTag("billing.version", written.After.Version);
        if (written.Entries.Count > 0) commit.SetTag("billing.entry.first", written.Entries[0].Entry.Number).SetTag("billing.entry.last", written.Entries[^1].Entry.Number);
    }

    /// <summary>Something that several wait for; null when none of them is traced.</summary>
    public static Activity? Joining<T>(string name, List<T> all, Func<T, ActivityContext> origin)
    {
        if (!source.HasListeners()) return null;
        var origins = all.Select(origin).Where(from => from != default).Distinct().Take(MostLinks + 1).ToList();
        return origins.Count == 0 ? null : source.StartActivity(name, ActivityKind.Internal, origins[0], links: origins.Skip(1).Select(from => new ActivityLink(from)));
    }
}
