using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Ledger;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>What a tenant sees over HTTP of its VMs against what it was charged: nothing is billed that was not, and nothing twice.</summary>
internal static class MachineChecks
{
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

    /// <param name="vm">The VM as it was told after the ledger was read, so that at least that much is known of it.</param>
    /// <param name="charges">Its charges in the ledger.</param>
    /// <param name="orders">The orders that named it.</param>
    /// <param name="operations">What was asked of it.</param>
    /// <param name="now">How long the test has lasted, by its own clock.</param>
    /// <param name="report">Where the rows go.</param>
    public static void Check(UsageAnswer vm, EntryRow[] charges, OrderRow[] orders, WorkOperation[] operations, TimeSpan now, CheckReport report)
    {
        var name = vm.Vm.Id;
        for (var i = 1; i < vm.History.Length; i++)
        {
            var (from, to) = (vm.History[i - 1], vm.History[i]);
            report.Look("E10", to.At >= from.At && next[from.Status].Contains(to.Status), $"{name}: {to.Status} after {from.Status}");
        }
        Billed(vm, charges, report);
        // By a clock that no fault has touched: more seconds than there were since it was asked for cannot have been used.
        if (operations.SingleOrDefault(operation => operation.Kind == "create" && Person.NameOf(operation.Number) == vm.Vm.Name) is { } create)
            report.Look(
                "C2", charges.Sum(charge => charge.Seconds!.Value) <= (now - create.Invoked).TotalSeconds + 1, $"{name}: charged for {charges.Sum(charge => charge.Seconds)} s of {now - create.Invoked}");
        var stops = Runs(vm.History, "stopping");
        // Void ones too: a deletion makes a stop void that had begun.
        var asked = orders.Count(order => order.Kind == "Stop")
            + operations.Count(operation => operation.Kind == "power-off" && operation.Path.Contains($"/{name}/", StringComparison.Ordinal) && operation.Outcome != Outcome.Fail);
        report.Look("E9", stops <= asked, $"{name}: stopped {stops} times, asked for {asked} times");
        report.Look("E9", Runs(vm.History, "deleting") <= 1, $"{name}: deleted more than once");
    }

    /// <summary>Up to the last charge, to the second; statuses after a deletion began add nothing.</summary>
    private static void Billed(UsageAnswer vm, EntryRow[] charges, CheckReport report)
    {
        if (charges.Length == 0) return;
        var timeline = new StatusTimeline(vm.History);
        var through = DateTimeOffset.FromUnixTimeMilliseconds(charges[^1].Through!.Value);
        var seconds = charges.Sum(charge => charge.Seconds!.Value);
        report.Look("M4", timeline.SecondsUntil(through) == seconds, $"{vm.Vm.Id}: {seconds} s charged through {through:O}, its statuses say {timeline.SecondsUntil(through)}");
    }

    private static int Runs(StatusAnswer[] history, string status) => history.Where((change, i) => change.Status == status && (i == 0 || history[i - 1].Status != status)).Count();
}
