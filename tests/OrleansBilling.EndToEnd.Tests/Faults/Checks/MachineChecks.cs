using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Ledger;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>What a tenant sees over HTTP of its VMs against what it was charged: nothing is billed that was not, and nothing twice.</summary>
internal static class MachineChecks
{
    /// <summary>By how much clocks of two silos and messages between them may differ.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(5);

    private static readonly long leeway = (long)Leeway.TotalMilliseconds;
    private static readonly TimeSpan second = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string[]> next = new()
    {
        ["creating"] = ["running", "stopped", "deleting", "deleted", "error"],
        ["running"] = ["running", "stopping", "stopped", "rebooting", "deleting", "deleted", "error"],
        ["stopping"] = ["stopping", "stopped", "running", "deleting", "deleted", "error"],
        ["stopped"] = ["stopped", "starting", "running", "deleting", "deleted", "error"],
        ["starting"] = ["starting", "running", "stopped", "stopping", "deleting", "deleted", "error"],
        ["rebooting"] = ["rebooting", "running", "stopped", "stopping", "deleting", "deleted", "error"],
        ["deleting"] = ["deleted"],
        ["deleted"] = [],
        ["error"] = ["running", "stopped", "stopping", "starting", "rebooting", "deleting", "deleted", "error"],
    };

    /// <param name="known">The VM as the ledger has it.</param>
    /// <param name="vm">The same as it was told after the ledger was read, so that at least that much is known of it.</param>
    /// <param name="entries">The ledger of its balance.</param>
    /// <param name="orders">The orders that named it.</param>
    /// <param name="operations">What was asked of it.</param>
    /// <param name="now">How long the test has lasted, by its own clock.</param>
    /// <param name="report">Where the rows go.</param>
    public static void Check(VmRow known, UsageAnswer vm, EntryRow[] entries, OrderRow[] orders, WorkOperation[] operations, TimeSpan now, CheckReport report)
    {
        var name = vm.Vm.Id;
        EntryRow[] charges = [.. entries.Where(entry => entry.Vm == name)];
        for (var i = 1; i < vm.History.Length; i++)
        {
            var (from, to) = (vm.History[i - 1], vm.History[i]);
            report.Look("E10", to.At >= from.At && next[from.Status].Contains(to.Status), $"{name}: {to.Status} after {from.Status}");
        }
        Billed(known, vm, charges, report);
        Ticks(vm, charges, report);
        // By a clock that no fault has touched: more seconds than there were since it was asked for cannot have been used.
        if (operations.SingleOrDefault(operation => operation.Kind == "create" && Person.NameOf(operation.Number) == vm.Vm.Name) is { } create)
            report.Look(
                "C2", charges.Sum(charge => charge.Seconds!.Value) <= (now - create.Invoked).TotalSeconds + 1, $"{name}: charged for {charges.Sum(charge => charge.Seconds)} s of {now - create.Invoked}");
        var stops = Runs(vm.History, "stopping");
        // Void ones too: a deletion makes a stop void that had begun.
        var ordered = orders.Where(order => order.Kind == "Stop").ToArray();
        var wanted = operations.Count(operation => operation.Kind == "power-off" && operation.Path.Contains($"/{name}/", StringComparison.Ordinal) && operation.Outcome != Outcome.Fail);
        report.Look("E9", stops.Length <= ordered.Length + wanted, $"{name}: stopped {stops.Length} times, asked for {ordered.Length + wanted} times");
        report.Look("E9", Runs(vm.History, "deleting").Length <= 1, $"{name}: deleted more than once");
        // The balance was looked at again when a stop began: above zero nobody stops but who was asked to, or had begun when there was a reason.
        var unfounded = stops.Count(stop => IsAboveZero(entries, stop.At));
        var kept = ordered.Count(order => order.State != "Void") + wanted;
        report.Look("E3", unfounded <= kept, $"{name}: stopped {unfounded} times while there was credit, asked for and not void {kept} times");
    }

    /// <summary>Up to the last charge, to the second, and of a VM that is gone all; statuses after a deletion began add nothing.</summary>
    private static void Billed(VmRow known, UsageAnswer vm, EntryRow[] charges, CheckReport report)
    {
        if (charges.Length == 0 && known.Status != "Deleted") return;
        var timeline = new StatusTimeline(vm.History);
        var through = known.Status == "Deleted" ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeMilliseconds(charges[^1].Through!.Value);
        var seconds = charges.Sum(charge => charge.Seconds!.Value);
        report.Look("M4", timeline.SecondsUntil(through) == seconds, $"{vm.Vm.Id}: {seconds} s charged through {through:O}, its statuses say {timeline.SecondsUntil(through)}");
    }

    /// <summary>
    /// C3: whatever became of the ticks, charges are cut at every whole round from the first Running. One passes over such an instant only
    /// when the VM was not known to be billed just before, because what is reported late is charged late, or when no second had become
    /// whole since the charge before it: then there was nothing to charge.
    /// </summary>
    private static void Ticks(UsageAnswer vm, EntryRow[] charges, CheckReport report)
    {
        if (!vm.History.Any(change => change.Status == "running")) return;
        var timeline = new StatusTimeline(vm.History);
        var (first, round, seconds) = (timeline.FirstRunning.ToUnixTimeMilliseconds(), (long)ClusterSettings.ChargeEvery.TotalMilliseconds, 0L);
        foreach (var charge in charges)
        {
            report.Look("C3", charge.Kind != "Charge" || charge.Seconds > 0, $"{vm.Vm.Id}: entry {charge.Number} charges no second");
            var from = DateTimeOffset.FromUnixTimeMilliseconds(charge.From!.Value);
            var cut = first + ((charge.From.Value - first) / round + 1) * round;
            var known = charge.From >= first && timeline.IsBilledThroughout(from - second, from + second) && timeline.SecondsUntil(from) == seconds;
            var due = known && timeline.SecondsUntil(DateTimeOffset.FromUnixTimeMilliseconds(cut)) > seconds;
            report.Look(
                "C3", charge.Through <= cut || !due,
                $"{vm.Vm.Id}: entry {charge.Number} from {from:O} passes over the charge that was due at {DateTimeOffset.FromUnixTimeMilliseconds(cut):O}; its history is {string.Join(", ", vm.History.Select(change => $"{change.At:HH:mm:ss.fff} {change.Status}"))}; charged {string.Join(", ", charges.Select(other => $"{other.Number} through {other.Through - first} ms at {other.RecordedAt - first} ms"))}");
            seconds += charge.Seconds!.Value;
        }
    }

    /// <summary>At an instant and for some seconds before and after it: clocks of two silos and messages between them differ by less.</summary>
    private static bool IsAboveZero(EntryRow[] entries, DateTimeOffset instant)
    {
        var at = instant.ToUnixTimeMilliseconds();
        var before = entries.LastOrDefault(entry => entry.RecordedAt < at - leeway);
        return before is { After: > 0 } && entries.Where(entry => entry.RecordedAt >= at - leeway && entry.RecordedAt <= at + leeway).All(entry => entry.After > 0);
    }

    private static StatusAnswer[] Runs(StatusAnswer[] history, string status) => [.. history.Where((change, i) => change.Status == status && (i == 0 || history[i - 1].Status != status))];
}
