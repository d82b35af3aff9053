using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Portal;

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
        // Where nobody wrote down when it became durable, by the clock of who decided.
        if (latest is { } limit && (order.DurableAt ?? (settled.At == order.At ? settled.RecordedAt : null)) is { } durable)
            report.Look("E1", durable - order.At <= limit.TotalMilliseconds, $"{Name(order)} durable {durable - order.At} ms after the instant at which it was due");
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
        foreach (var (since, until, _, _) in Stretches(entries, entry => entry.After < 0, ledger.At))
        {
            foreach (var vm in ledger.Vms.Where(vm => vm.Balance == balance.Balance && vm.AdmittedAt <= since))
            {
                // One that an earlier stretch below zero led to is void, and deletes nothing.
                var order = ledger.Orders.FirstOrDefault(order => order.Kind == "Delete" && order.Balance == balance.Balance && order.Vm == vm.Vm && order.State != "Void");
                if (order is null && vm.Status is "Deleting" or "Deleted") continue; // by its tenant, nothing here says when
                var gone = order is null ? ledger.At : order.DurableAt ?? RecordedAt(order, ledger);
                report.Look("E6", Math.Min(gone, until) - since <= limit, $"{balance.Balance}/{vm.Vm} was there {Math.Min(gone, until) - since} ms after its balance went below zero");
            }
        }
    }

    /// <summary>
    /// E1, from the other side: while the ledger was at or below zero no VM may have run for longer than a stop may be late, unless its stop was
    /// ordered in that time. Who never orders leaves no order that could be looked at.
    /// </summary>
    /// <param name="vm">The VM as its tenant sees it.</param>
    /// <param name="entries">The ledger of its balance.</param>
    /// <param name="orders">The orders that named it.</param>
    /// <param name="now">When the ledger was read.</param>
    /// <param name="report">Where the rows go.</param>
    /// <param name="latest">How late a stop may be ordered.</param>
    public static void Unstopped(UsageAnswer vm, EntryRow[] entries, OrderRow[] orders, long now, CheckReport report, TimeSpan latest)
    {
        foreach (var (since, until, first, last) in Stretches(entries, entry => entry.After <= 0, now))
        {
            var stops = orders.Where(order => order.Kind is "Stop" or "Delete" && order.EntryNumber >= first && order.EntryNumber <= last).ToArray();
            // A deletion comes long before a stop is too late, and would hide that there was none.
            foreach (var deletion in stops.Where(order => order.Kind == "Delete"))
                report.Look(
                    "E1", !IsOwedAStop(vm.History, deletion.At, latest) || stops.Any(order => order.Kind == "Stop" && order.Number < deletion.Number),
                    $"{Name(deletion)} while it was running, and from entry {first} on its stop was never ordered");
            for (var i = 0; i < vm.History.Length; i++)
            {
                if (vm.History[i].Status != "running") continue;
                var begun = vm.History[i].At.ToUnixTimeMilliseconds();
                var ended = i + 1 < vm.History.Length ? vm.History[i + 1].At.ToUnixTimeMilliseconds() : now;
                var (from, to) = (Math.Max(begun, since), Math.Min(ended, until));
                // That a VM got to Running may have to be told again by its next charge.
                var limit = (long)(begun > since ? latest + ClusterSettings.ChargeEvery : latest).TotalMilliseconds;
                if (to - from <= limit) continue;
                report.Look(
                    "E1", stops.Any(order => (order.DurableAt ?? order.At) <= from + limit),
                    $"{vm.Vm.Id} ran {to - from} ms at or below zero from entry {first} on, and its stop was {(stops.Length == 0 ? "never ordered" : $"ordered {stops.Min(order => order.DurableAt ?? order.At) - from} ms later")}");
            }
        }
    }

    /// <summary>
    /// Whether a VM was Running at an instant, and its balance must have known that it was, or was on its way there. Only one that was stopped or
    /// failed before may have been powered on unheard; then as late as a stop may be.
    /// </summary>
    private static bool IsOwedAStop(StatusAnswer[] history, long at, TimeSpan latest)
    {
        var lived = history.TakeWhile(change => change.At.ToUnixTimeMilliseconds() <= at).ToArray();
        if (lived is not [.., { Status: "running" }]) return false;
        return lived.All(change => change.Status is "creating" or "running" or "rebooting") || at - lived[^1].At.ToUnixTimeMilliseconds() >= latest.TotalMilliseconds;
    }

    /// <summary>E6: the VMs that are to be deleted, because their balances are below zero, and are not ordered to be.</summary>
    public static VmRow[] Doomed(LedgerSnapshot ledger) =>
    [
        .. ledger.Vms.Where(vm => vm.Status is not ("Deleting" or "Deleted") && ledger.EntriesOf[vm.Balance].LastOrDefault() is { After: < 0 }
            && !ledger.Orders.Any(order => order.Kind == "Delete" && order.State != "Void" && (order.Balance, order.Vm) == (vm.Balance, vm.Vm))),
    ];

    /// <summary>From the instant of the first entry after which it is so to the recording of the one after which it is not, and their numbers.</summary>
    private static IEnumerable<(long Since, long Until, long First, long Last)> Stretches(EntryRow[] entries, Func<EntryRow, bool> isSo, long now)
    {
        EntryRow? first = null;
        foreach (var entry in entries)
        {
            if (isSo(entry)) first ??= entry;
            else if (first is { } begun)
            {
                yield return (begun.At, entry.RecordedAt, begun.Number, entry.Number - 1);
                first = null;
            }
        }
        if (first is { } still) yield return (still.At, now, still.Number, long.MaxValue);
    }

    private static string Name(OrderRow order) => $"{order.Balance} order {order.Kind} {order.Number} of {order.Vm}";
}
