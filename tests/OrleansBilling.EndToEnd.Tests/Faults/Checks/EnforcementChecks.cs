using OrleansBilling.EndToEnd.Tests.Faults.Cluster;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>What the ledger must say of stops and deletions.</summary>
internal static class EnforcementChecks
{
    private static readonly long deleteAfter = (long)ClusterSettings.DeleteAfter.TotalMilliseconds;

    /// <param name="ledger">The ledger.</param>
    /// <param name="report">Where the rows go.</param>
    /// <param name="latest">How late a stop may be ordered; null where the clocks that say so were wrong themselves.</param>
    public static void Check(LedgerSnapshot ledger, CheckReport report, TimeSpan? latest)
    {
        foreach (var order in ledger.Orders.Where(order => order.Kind is "Stop" or "Delete"))
        {
            var entries = ledger.EntriesOf[order.Balance].TakeWhile(entry => entry.Number <= order.EntryNumber).ToArray();
            if (order.Kind == "Stop") Stop(order, entries, report, latest);
            else Delete(order, entries, [.. ledger.NoticesOf[order.Balance]], report);
        }
        foreach (var balance in ledger.Balances)
        {
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
    private static void Delete(OrderRow order, EntryRow[] entries, NoticeRow[] notices, CheckReport report)
    {
        var below = entries.Reverse().TakeWhile(entry => entry.After < 0).ToArray();
        var since = below.Length == 0 ? order.At : below.Min(entry => entry.At);
        report.Look("E4", order.At - since >= deleteAfter, $"{Name(order)} after {order.At - since} ms below zero");
        report.Look("E5", below.Length > 0, $"{Name(order)} though entry {order.EntryNumber} is not below zero");
        report.Look(
            "E11", notices.Any(notice => notice.Kind is "BelowZero" or "DeletionNear" && notice.At >= since && notice.At < order.At), $"{Name(order)} without an earlier warning");
    }

    private static string Name(OrderRow order) => $"{order.Balance} order {order.Kind} {order.Number} of {order.Vm}";
}
