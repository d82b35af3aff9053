using System.Diagnostics.Metrics;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains.Telemetry;

/// <summary>
/// What happens, counted and measured where it happens. While nobody listens nothing is. A region may be a label; a tenant or a VM never
/// is: each value of a label is a row in somebody's memory.
/// </summary>
public static class BillingMetrics
{
    /// <summary>The name of the meter, and of the source of traces.</summary>
    public const string Name = "OrleansBilling";

    /// <summary>The name of the span with which a VM's quarter hour begins a trace.</summary>
    public const string Tick = "vm.tick";

    private static readonly Meter meter = new(Name);

    private static readonly Counter<long> charges = meter.CreateCounter<long>("billing.charges", "{charge}", "Charges and corrections that are in the ledger.");

    private static readonly Histogram<double> chargeLag =
        Seconds("billing.charge.lag", "From the instant at which a charge was due until it is in the ledger, in business time.", 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400);

    private static readonly Histogram<double> reminderLateness =
        Seconds("billing.reminder.lateness", "How late a VM's quarter hour was told, in business time.", 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900);

    private static readonly Counter<long> commits = meter.CreateCounter<long>("billing.commits", "{commit}", "Commits of balances, by what became of them.");

    private static readonly Histogram<long> commitSize = meter.CreateHistogram(
        "billing.commit.size", "{commit}", "How many balances' commits a transaction of the ledger held.", advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] });

    private static readonly Histogram<double> commitTime =
        Seconds("billing.commit.duration", "How long a transaction of the ledger took.", 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);

    private static readonly Counter<long> woken = meter.CreateCounter<long>("billing.overdue", "{wake}", "Balances and VMs that the sweep found overdue and woke.");

    private static readonly Counter<long> verifications = meter.CreateCounter<long>("billing.verifications", "{balance}", "Balances that were verified, by what came of it.");

    private static readonly Counter<long> vouchersLocked = meter.CreateCounter<long>(
        "billing.vouchers.locked", "{tenant}", "Tenants whose voucher codes are not looked at for a while, because they tried too many wrong ones.");

    private static readonly Counter<long> ratesRefused = meter.CreateCounter<long>("billing.rates.refused", "{rate}", "Exchange rates that were doubted or could not be entered.");

    /// <summary>Nothing has happened yet in any of these regions. Said once, because what begins with its first time looks as if it had always been there.</summary>
    internal static void Begin(IEnumerable<string> regions)
    {
        foreach (var region in regions)
        {
            charges.Add(0, Of(EntryKind.Charge), In(region));
            verifications.Add(0, new KeyValuePair<string, object?>("result", "failed"), In(region));
            vouchersLocked.Add(0, In(region));
            ratesRefused.Add(0, In(region));
        }
    }

    /// <summary>A tenant tried too many wrong codes.</summary>
    internal static void VouchersLocked(string region) => vouchersLocked.Add(1, In(region));

    /// <summary>An exchange rate waits for an operator, or was not entered.</summary>
    internal static void RateRefused(string region) => ratesRefused.Add(1, In(region));

    /// <summary>What a commit posted is in the ledger now.</summary>
    internal static void Committed(BalanceCommit commit, DateTimeOffset now)
    {
        if (!charges.Enabled && !chargeLag.Enabled) return;
        foreach (var (entry, _) in commit.Entries)
        {
            if (entry.Kind is not (EntryKind.Charge or EntryKind.Correction)) continue;
            charges.Add(1, Of(entry.Kind), In(commit.After.Id));
            if (entry.Kind == EntryKind.Charge && entry.Vm is not null) chargeLag.Record(Math.Max(0, (now - entry.At).TotalSeconds), In(commit.After.Id));
        }
    }

    /// <summary>A transaction ended.</summary>
    /// <param name="results">Of its commits; null: nobody knows.</param>
    /// <param name="size">How many there were.</param>
    /// <param name="took">How long it took.</param>
    internal static void TransactionEnded(IEnumerable<CommitResult>? results, int size, TimeSpan took)
    {
        commitSize.Record(size);
        commitTime.Record(took.TotalSeconds);
        if (!commits.Enabled) return;
        if (results is null) commits.Add(size, new KeyValuePair<string, object?>("result", "unknown"));
        else
            foreach (var same in results.CountBy(result => result)) commits.Add(same.Value, new KeyValuePair<string, object?>("result", same.Key.ToString().ToLowerInvariant()));
    }

    /// <summary>A VM heard of its quarter hour.</summary>
    internal static void ReminderCame(BalanceId balance, TimeSpan late) => reminderLateness.Record(late.TotalSeconds, In(balance));

    /// <summary>The sweep found and woke something.</summary>
    internal static void Swept(int balances, int vms)
    {
        woken.Add(balances, new KeyValuePair<string, object?>("kind", "balance"));
        woken.Add(vms, new KeyValuePair<string, object?>("kind", "vm"));
    }

    /// <summary>A balance was verified.</summary>
    /// <param name="balance">Which one.</param>
    /// <param name="result"><c>verifies</c>, <c>drift</c>, or <c>failed</c> when it could not be read.</param>
    internal static void Verified(BalanceId balance, string result) => verifications.Add(1, new KeyValuePair<string, object?>("result", result), In(balance));

    private static KeyValuePair<string, object?> In(BalanceId balance) => In(balance.Region);

    private static KeyValuePair<string, object?> In(string region) => new("region", region);

    private static KeyValuePair<string, object?> Of(EntryKind kind) => new("kind", kind == EntryKind.Charge ? "charge" : "correction");

    private static Histogram<double> Seconds(string name, string description, params double[] boundaries) =>
        meter.CreateHistogram(name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });
}
