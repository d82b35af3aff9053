using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>No order without its reason, by the ledger and a second reading of every meter (E2, E3, E4, E7, E11).</summary>
internal sealed class Enforcement(World world)
{
    private static readonly TimeSpan DeleteAfter = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, long> left = []; // by lot, and of the top-up part
    private readonly Dictionary<string, long> posted = []; // by VM
    private readonly Dictionary<string, Order> underway = [];
    private readonly Dictionary<string, DateTimeOffset> issuedAt = [];
    private readonly HashSet<string> warned = []; // stretches below zero of which the tenant was told

    public int Stops { get; private set; }

    public int Deletions { get; private set; }

    public void Committed(Commit commit)
    {
        foreach (var happened in commit.Events)
            switch (happened)
            {
                case EntryPosted { Entry: var entry }: Add(entry); break;
                case OrderIssued { Order: var order }: Issued(order, commit); break;
                case OrderMoved { Order: var order }: Keep(order); break;
            }
        CheckAdmissions(commit);
        foreach (var notice in commit.Events.OfType<NoticeGiven>().Select(given => given.Notice))
            if (notice.Kind == NoticeKind.BelowZero) warned.Add(notice.Id);
    }

    /// <summary>Two minutes after everything works again: what was ordered before is done or void (E2).</summary>
    public void CheckOrders(DateTimeOffset orderedBefore)
    {
        foreach (var order in underway.Values)
            if (issuedAt[order.Id] < orderedBefore)
                world.Violated("E2", $"{order.Id} of {order.Vm}, {world.Store.Vms.GetValueOrDefault(order.Vm)?.State.History.Status}, is still {order.State}");
    }

    /// <summary>Live spendable on VMs, in micro-units, as the balance knew it, read by other means.</summary>
    public long LiveAt(StoredBalance stored, DateTimeOffset at)
    {
        var balance = stored.Balance;
        var live = balance.TopUp.Micros;
        foreach (var lot in balance.Lots)
            if (lot.State != LotState.Ended && lot.Effective <= at && !(lot.Expires <= at) && lot.Scope.Covers(ProductCode.GpuVm)) live += lot.Remaining.Micros;
        foreach (var vm in balance.Vms.Values)
            if (vm.Counts) live -= UsedBy(stored, vm, at) - vm.Posted.Usage.Cost.Micros;
        return live;
    }

    /// <summary>Whether the live balance was below a level all the time, as far as was known then, before the last step or after it.</summary>
    public bool WasBelow(long level, DateTimeOffset from, DateTimeOffset to, bool beforeLast = false)
    {
        var versions = world.Audit.Versions;
        var last = versions.Count - (beforeLast ? 2 : 1);
        for (var i = last; i >= 0; i--)
        {
            var at = versions[i].Balance.AdvancedTo;
            if (at > to) at = to;
            // What justifies an order may be what a reading of the very first moment said.
            if (at <= from) return LiveAt(versions[i], from) < level || (beforeLast && i < last && LiveAt(versions[i + 1], from) < level);
            if (LiveAt(versions[i], at) >= level) return false;
        }
        return false;
    }

    private void Add(LedgerEntry entry)
    {
        foreach (var line in entry.Lines) left[line.Lot] = left.GetValueOrDefault(line.Lot) + line.Change.Micros;
        if (entry.Vm is { } vm) posted[vm.Id] = posted.GetValueOrDefault(vm.Id) - entry.Change.Micros;
    }

    private void Issued(Order order, Commit commit)
    {
        Keep(order);
        issuedAt[order.Id] = world.Now;
        if (order.Kind == OrderKind.Stop)
        {
            Stops++;
            // Readings of the step may have come before or after.
            if (order.Live.Micros > 0 || Math.Min(LiveNow(order, commit.Before, commit), LiveNow(order, commit.After, commit)) > 0)
                world.Violated("E3", $"{order.Id} at {order.At:O} says {order.Live}, the ledger {LiveNow(order, commit.After, commit)} micro-units");
        }
        if (order.Kind != OrderKind.Delete) return;
        Deletions++;
        if (!WasBelow(0, order.At - DeleteAfter, order.At, beforeLast: true)) world.Violated("E4", $"{order.Id} at {order.At:O} without 30 minutes below zero");
        if (!warned.Contains($"belowzero/{order.Episode}")) world.Violated("E11", $"{order.Id} in {order.Episode} without a warning that was durable before");
    }

    private void Keep(Order order)
    {
        if (order.IsUnderway) underway[order.Id] = order;
        else underway.Remove(order.Id);
    }

    // In the middle of a step: what the ledger has left at the entry that the order names, less what was used and not posted by then.
    private long LiveNow(Order order, StoredBalance readings, Commit commit)
    {
        var live = left.GetValueOrDefault(CreditLot.TopUp);
        foreach (var lot in commit.After.Balance.Lots)
            if (lot.Scope.Covers(ProductCode.GpuVm)) live += left.GetValueOrDefault(lot.Id);
        foreach (var vm in readings.Balance.Vms.Values)
            if (vm.Counts) live -= UsedBy(readings, vm, order.At) - posted.GetValueOrDefault(vm.Id);
        return live;
    }

    // A reading from a clock a little ahead is posted whole: from the moment at which it is taken on, all that it says counts as used.
    private long UsedBy(StoredBalance stored, MeteredVm vm, DateTimeOffset at)
    {
        var ahead = vm.Reading.Through > at && at >= stored.Balance.AdvancedTo;
        return (long)(world.Audit.Usage.CostOf(vm, ahead ? vm.Reading.Through : at) / 3600);
    }

    /// <summary>Whoever was admitted, there is an hour's money for all that count (E7).</summary>
    private void CheckAdmissions(Commit commit)
    {
        var (before, after) = (commit.Before.Balance, commit.After.Balance);
        if (before.Vms.Count == after.Vms.Count || commit.Entries.Any(entry => entry is { Kind: EntryKind.Charge, Vm: null })) return;
        var need = after.Vms.Values.Where(vm => vm.Counts)
            .Sum(vm => world.Audit.Usage.Prices(vm).Last(version => version.From <= after.AdvancedTo).Price.MicrosPerHour);
        if (LiveAt(commit.After, after.AdvancedTo) is var live && live < need) world.Violated("E7", $"admitted with {live} where {need} micro-units are needed");
    }
}
