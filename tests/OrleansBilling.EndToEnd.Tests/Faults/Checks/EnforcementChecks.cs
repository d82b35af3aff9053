using OrleansBilling.EndToEnd.Tests.Faults.Cluster;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>What the ledger must say of stops and deletions.</summary>
internal static class EnforcementChecks
{
    private static readonly TimeSpan promptly = TimeSpan.FromSeconds(2); // E1 in a cluster that is well
    private static readonly long deleteAfter = (long)ClusterSettings.DeleteAfter.TotalMilliseconds;

    /// <param name="ledger">The ledger.</param>
    /// <param name="report">Where the rows go.</param>
    /// <param name="latest">
    /// How late a stop may be ordered; null where the clocks that say so were wrong themselves. By as much as it is more than in a
    /// cluster that is well a deletion may be late, too.
    /// </param>
    public static void Check(LedgerSnapshot ledger, CheckReport report, TimeSpan? latest)
    {
        foreach (var order in ledger.Orders.Where(order => order.Kind is "Stop" or "Delete"))
        {
            var entries = ledger.EntriesOf[order.Balance].TakeWhile(entry => entry.Number <= order.EntryNumber).ToArray();
            if (order.Kind == "Stop") Stop(order, entries, report, latest);
            else Delete(order, entries, ledger, report, latest);
        }
        foreach (var balance in ledger.Balances)
        {
            if (latest is { } limit) Negative(balance, ledger, report, deleteAfter + (long)(TimeSpan.FromMinutes(1) + limit - promptly).TotalMilliseconds);
            var notices = ledger.NoticesOf[balance.Balance].ToArray();
            report.Look("E11", notices.Select(notice => notice.Id).Distinct().Count() == notices.Length, $"{balance.Balance}: told twice in one episode");
        }
    }

    private static void Stop(OrderRow order, EntryRow[] entries, CheckReport report, TimeSpan? latest)
    {
        var settled = entries[^1];
        report.Look("E3", order.Live <= 0 && settled.After <= 0, $"{Name(order)} at a live balance of {order.Live}, {settled.After} after entry {settled.Number}");
        if (latest is { } limit && settled.At == order.At)
            report.Look("E1", settled.RecordedAt - order.At <= limit.TotalMilliseconds, $"{Name(order)} recorded {settled.RecordedAt - order.At} ms after the instant of exhaustion");
    }

    /// <summary>The ledger itself must prove the time below zero: from the entry that led there nothing led back.</summary>
    private static void Delete(OrderRow order, EntryRow[] entries, LedgerSnapshot ledger, CheckReport report, TimeSpan? latest)
    {
        var below = entries.Reverse().TakeWhile(entry => entry.After < 0).ToArray();
        var since = below.Length == 0 ? order.At : below.Min(entry => entry.At);
        report.Look("E4", order.At - since >= deleteAfter, $"{Name(order)} after {order.At - since} ms below zero");
        report.Look("E5", below.Length > 0, $"{Name(order)} though entry {order.EntryNumber} is not below zero");
        var notices = ledger.NoticesOf[order.Balance].Where(notice => notice.Kind is "BelowZero" or "DeletionNear" && notice.At >= since && notice.At < order.At).Select(notice => notice.Id).ToHashSet();
        report.Look("E11", notices.Count > 0, $"{Name(order)} without an earlier warning");
        // Where there is nobody to send to the notice itself is the warning.
        var warnings = ledger.Warnings.Where(warning => warning.Balance == order.Balance && notices.Contains(warning.Notice)).ToArray();
        if (warnings.Length == 0) return;
        var by = latest is null ? long.MaxValue : RecordedAt(order, ledger) + (long)(2 * promptly).TotalMilliseconds; // two silos' clocks
        report.Look("E11", warnings.Any(warning => warning.TriedAt <= by), $"{Name(order)} without an earlier attempt to warn");
    }

    /// <summary>The order is in one commit with the last charge.</summary>
    private static long RecordedAt(OrderRow order, LedgerSnapshot ledger) =>
        ledger.EntriesOf[order.Balance].FirstOrDefault(entry => entry.Vm == order.Vm && entry.At == order.At && entry.Number > order.EntryNumber)?.RecordedAt ?? order.At;

    /// <summary>E6: no VM outlives by more than that the instant from which on its balance was below zero.</summary>
    private static void Negative(BalanceRow balance, LedgerSnapshot ledger, CheckReport report, long limit)
    {
        var entries = ledger.EntriesOf[balance.Balance].ToArray();
        foreach (var (since, until) in BelowZero(entries, ledger.At))
        {
            foreach (var vm in ledger.Vms.Where(vm => vm.Balance == balance.Balance && vm.AdmittedAt <= since))
            {
                var order = ledger.Orders.FirstOrDefault(order => order.Kind == "Delete" && order.Balance == balance.Balance && order.Vm == vm.Vm);
                if (order is null && vm.Status is "Deleting" or "Deleted") continue; // by its tenant, nothing here says when
                var gone = order is null ? ledger.At : RecordedAt(order, ledger);
                report.Look("E6", Math.Min(gone, until) - since <= limit, $"{balance.Balance}/{vm.Vm} was there {Math.Min(gone, until) - since} ms after its balance went below zero");
            }
        }
    }

    /// <summary>From the instant of the first entry that is below zero to the recording of the one that is not.</summary>
    private static IEnumerable<(long Since, long Until)> BelowZero(EntryRow[] entries, long now)
    {
        long? since = null;
        foreach (var entry in entries)
        {
            if (entry.After < 0) since ??= entry.At;
            else if (since is { } begun)
            {
                yield return (begun, entry.RecordedAt);
                since = null;
            }
        }
        if (since is { } still) yield return (still, now);
    }

    private static string Name(OrderRow order) => $"{order.Balance} order {order.Kind} {order.Number} of {order.Vm}";
}
