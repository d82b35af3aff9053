using System.Collections.Immutable;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Balances;

public sealed partial class BalanceStep
{
    /// <summary>Sets who is told, and below which amount (policy 4.3).</summary>
    /// <param name="operation">The caller's id: the same again changes nothing.</param>
    /// <param name="threshold">The tenant's own threshold; null: none.</param>
    /// <param name="recipients">At most five.</param>
    /// <returns>False when the id was used with other content.</returns>
    public bool Watch(string operation, Amount? threshold, ImmutableArray<string> recipients)
    {
        const int Kept = 16;
        ArgumentException.ThrowIfNullOrWhiteSpace(operation);
        if (recipients.Length > 5) throw new ArgumentException($"{recipients.Length} recipients: at most five.", nameof(recipients));
        var done = $"{operation} {threshold} {string.Join(',', recipients)}";
        if (balance.WatchOperations.Contains(done)) return true;
        if (balance.WatchOperations.Any(other => other.StartsWith(operation + " ", StringComparison.Ordinal))) return false;
        balance = balance with
        {
            OwnThreshold = threshold,
            Recipients = recipients,
            WatchOperations = [.. balance.WatchOperations.TakeLast(Kept - 1), done],
            Standing = balance.Standing with { BelowOwnThreshold = threshold == balance.OwnThreshold && balance.Standing.BelowOwnThreshold },
        };
        Enforce(now);
        return true;
    }

    /// <summary>Places a tenant's hold; the same id again changes nothing (policy 4.11).</summary>
    public void Hold(EnforcementHold hold)
    {
        Place(hold);
        Enforce(now);
    }

    /// <summary>Open disputes hold what they have taken now; the same again changes nothing (policy 4.11).</summary>
    /// <param name="disputes">Each with all that it has taken. One that has a hold, even an ended one, keeps its end; the others get one.</param>
    public void HoldDisputes(IReadOnlyList<EnforcementHold> disputes)
    {
        ArgumentNullException.ThrowIfNull(disputes);
        foreach (var dispute in disputes) HoldWhileOpen(dispute);
        Enforce(now);
    }

    private void Place(EnforcementHold hold)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(hold.Id);
        ArgumentException.ThrowIfNullOrWhiteSpace(hold.Reason);
        ArgumentNullException.ThrowIfNull(hold.By);
        if (hold.Actions == HeldActions.None) throw new ArgumentException("A hold holds stopping, deletion or both.", nameof(hold));
        if (hold.Until <= hold.From) throw new ArgumentException($"The hold would end at {hold.Until:O}, before it begins.", nameof(hold));
        if (balance.Holds.Any(other => other.Id == hold.Id)) return;
        balance = balance with { Holds = balance.Holds.Add(hold) };
    }

    // One that an operator has released stays so: its end is kept.
    private void HoldWhileOpen(EnforcementHold dispute)
    {
        var place = balance.Holds.ToList().FindIndex(hold => hold.Id == dispute.Id);
        if (place < 0) Place(dispute);
        else balance = balance with { Holds = balance.Holds.SetItem(place, balance.Holds[place] with { Disputed = dispute.Disputed }) };
    }

    /// <summary>Ends a tenant's hold now.</summary>
    /// <returns>False when there is no such hold, or it has ended.</returns>
    public bool Release(string id)
    {
        var place = balance.Holds.ToList().FindIndex(hold => hold.Id == id && hold.Until > now);
        if (place < 0) return false;
        balance = balance with { Holds = balance.Holds.SetItem(place, balance.Holds[place] with { Until = now }) };
        Enforce(now);
        return true;
    }

    /// <summary>The rules of policy 4 at one instant.</summary>
    private void Enforce(DateTimeOffset at, bool charging = false)
    {
        LookAnew();
        balance = balance with { RulesRevision = rules.Revision };
        var live = balance.LiveAt(at, rules.Prices);
        Warn(live, at);
        var exhausting = balance.Standing.Armed && live <= Amount.Zero && (charging || !rules.Policy.StopOnlyAtCharges);
        if (exhausting)
        {
            Exhaust(at);
            live = balance.LiveAt(at, rules.Prices); // lower when a correction gave back to a lot that has ended (policy 3.9)
        }
        if (live > Amount.Zero) Arm(at);
        FollowZero(live, at);
        if (live > Amount.Zero) OrderResumes(live, at);
        else if (!balance.Standing.Armed) OrderStops(exhausting, live, at);
        FollowDeletion(live, at);
    }

    /// <summary>Low, the warnings by time left and the tenant's own threshold: once per crossing, re-armed on recovery (policy 4.1, 4.3).</summary>
    private void Warn(Amount live, DateTimeOffset at)
    {
        var standing = balance.Standing;
        var crossing = at.ToUnixTimeMilliseconds();

        var need = balance.HoursCostAt(at, rules);
        var low = live < need && balance.HasVms;
        if (low && !standing.Low)
        {
            Happened(new BecameLow(at, live, need));
            Notify(NoticeKind.Low, at, $"{crossing}", live, need);
        }

        var burn = balance.BurnRateAt(at, rules.Prices);
        var level = Runway.Level(live, burn, rules.Policy.RunwayWarnings);
        if (level > standing.RunwayLevel && live > Amount.Zero)
            Notify(NoticeKind.Runway, at, $"{level}/{crossing}", live, timeLeft: Runway.Of(live, burn));

        var belowOwn = live < balance.OwnThreshold;
        if (belowOwn && !standing.BelowOwnThreshold) Notify(NoticeKind.OwnThreshold, at, $"{crossing}", live, balance.OwnThreshold, currency: balance.Currency); // it may have another later

        balance = balance with { Standing = standing with { Low = low, RunwayLevel = level, BelowOwnThreshold = belowOwn } };
    }

    /// <summary>The passing from above zero to zero or below: everything used is settled (policy 4.4, 4.5).</summary>
    private void Exhaust(DateTimeOffset at)
    {
        SettleAll(at);
        var episode = balance.Standing.Episode;
        balance = balance with { Standing = balance.Standing with { Armed = false, Episode = new Episode(episode.Exhaustion + 1, 0) } };
        foreach (var order in OrdersOf(OrderKind.Resume)) Move(order, OrderState.Void, at);
    }

    /// <summary>Above zero the next passing counts again, and stops that nobody has begun to obey are void (policy 4.8).</summary>
    private void Arm(DateTimeOffset at)
    {
        if (!balance.Standing.Armed) balance = balance with { Standing = balance.Standing with { Armed = true } };
        foreach (var order in OrdersOf(OrderKind.Stop))
            if (order.State == OrderState.Open) Move(order, OrderState.Void, at);
    }

    /// <summary>The clock below zero: starts at the first instant below, stops at the first at or above (policy 4.7).</summary>
    private void FollowZero(Amount live, DateTimeOffset at)
    {
        var standing = balance.Standing;
        if (live < Amount.Zero && standing.NegativeSince is null)
        {
            var episode = standing.Episode with { Stretch = standing.Episode.Stretch + 1 };
            // Found late, because nobody was looking: the tenant has at least the recovery grace in which to hear of it (policy 4.10, 4.13).
            var due = at + rules.Policy.DeleteAfter;
            if (now - at > rules.Policy.OverdueAfter && due < now + rules.Policy.RecoveryGrace) due = now + rules.Policy.RecoveryGrace;
            var held = balance.DeletionHeldAt(at, rules);
            balance = balance with { Standing = standing with { Episode = episode, NegativeSince = at, DeletionDue = due, DeletionHeld = held is not null, DeletionWarningsGiven = 0 } };
            Happened(new BecameNegative(at, live));
            if (held is not null) TellHeld(held, $"{episode}", live, at);
            else Notify(NoticeKind.BelowZero, at, $"{episode}", live, timeLeft: due - at, deletionAt: due, vms: VmNames());
        }
        else if (live >= Amount.Zero && standing.NegativeSince is not null)
        {
            balance = balance with { Standing = standing with { NegativeSince = null, DeletionDue = null, DeletionHeld = false, DeletionWarningsGiven = 0 } };
            Happened(new BecameCured(at, live));
            Notify(NoticeKind.Cured, at, $"{standing.Episode}", live);
        }
    }

    /// <summary>
    /// Every VM that is Running is ordered to stop; at the passing also those on their way there, which stop when they arrive
    /// (policy 4.4, 4.5).
    /// </summary>
    private void OrderStops(bool exhausting, Amount live, DateTimeOffset at)
    {
        if (balance.IsHeld(HeldActions.Stopping, at, rules)) return;
        var ordered = VmsWith(OrderKind.Stop);
        var stopped = VmsInOrder()
            .Where(vm => vm.Status == VmStatus.Running || (exhausting && vm.Status.IsOnItsWayToRunning()))
            .Where(vm => !ordered.Contains(vm.Id))
            .ToList();
        foreach (var vm in stopped) Issue(OrderKind.Stop, vm.Id, live, at);
        if (stopped.Count > 0)
            Notify(NoticeKind.Stopped, at, $"{balance.Standing.Episode}/{balance.OrderCount}", live, vms: Names(stopped));
    }

    /// <summary>Once the gates are open again, VMs whose tenant chose automatic resume are powered on (policy 4.12).</summary>
    private void OrderResumes(Amount live, DateTimeOffset at)
    {
        var resumable = VmsInOrder().Where(vm => vm is { Status: VmStatus.Stopped, StoppedAutomatically: true, Traits.AutoResume: true }).ToList();
        if (resumable.Count == 0) return;
        var ordered = VmsWith(OrderKind.Resume);
        foreach (var vm in resumable)
            if (live >= EstimateFor(vm) && !ordered.Contains(vm.Id)) Issue(OrderKind.Resume, vm.Id, live, at);
    }

    /// <summary>The warnings before a deletion, and the deletion (policy 4.6, 4.10, 4.11, 4.13).</summary>
    private void FollowDeletion(Amount live, DateTimeOffset at)
    {
        if (balance.Standing is not { DeletionDue: { } due }) return;
        var warnings = rules.Policy.DeletionWarnings;
        // A hold counts from when it is known, also for a deletion that was due shortly before and was not ordered by then: deleted is deleted.
        if ((balance.DeletionHeldAt(at, rules) ?? (at >= due ? balance.DeletionHeldAt(now, rules) : null)) is { } held)
        {
            if (balance.Standing.DeletionHeld) return;
            // What was told of it comes to nothing. After the hold it is another deletion, of which is told anew (policy 4.13).
            balance = balance with { Standing = balance.Standing with { DeletionHeld = true, DeletionWarningsGiven = 0 } };
            if (balance.HasVms) TellHeld(held, $"{balance.Standing.Episode}/held/{at.ToUnixTimeMilliseconds()}", live, at);
            return;
        }
        if (balance.Standing.DeletionHeld)
        {
            // Nothing that was told names its instant, so it has the whole notice before it (policy 4.11, 4.13), and where none is set the recovery grace.
            var notice = warnings.Append(rules.Policy.RecoveryGrace).Max();
            if (due < at + notice) due = at + notice;
            balance = balance with { Standing = balance.Standing with { DeletionHeld = false, DeletionDue = due } };
        }
        if (at >= due)
        {
            // Found too late, or in the very step that found the balance below zero: nobody was looking and nobody was warned. Or of this deletion nothing was told before, or nobody has tried to.
            var untold = warnings.Count > 0 && Math.Min(start.Standing.DeletionWarningsGiven, balance.Standing.DeletionWarningsGiven) == 0;
            var overdue = unwarned || untold || now - due > rules.Policy.OverdueAfter || start.Standing.NegativeSince != balance.Standing.NegativeSince;
            if (!overdue || !balance.HasVms)
            {
                OrderDeletions(live, at);
                return;
            }
            due = now + rules.Policy.RecoveryGrace;
            balance = balance with { Standing = balance.Standing with { DeletionDue = due } }; // however often it is put off, each level is told once (E11)
        }

        var given = balance.Standing.DeletionWarningsGiven;
        while (given < warnings.Count && at >= due - warnings[given]) given++;
        if (given == balance.Standing.DeletionWarningsGiven || due <= now || !balance.HasVms) return; // one that would come too late to be true is not told
        balance = balance with { Standing = balance.Standing with { DeletionWarningsGiven = given } };
        Notify(NoticeKind.DeletionNear, at, $"{balance.Standing.Episode}/{given}/{due.ToUnixTimeMilliseconds()}", live, timeLeft: due - at, deletionAt: due, vms: VmNames());
    }

    /// <summary>Below zero, and no instant of a deletion can be named (policy 4.11).</summary>
    private void TellHeld(HeldDeletion held, string level, Amount live, DateTimeOffset at) =>
        Notify(NoticeKind.BelowZero, at, level, live, timeLeft: held.Until - at, vms: VmNames(), about: held.Reason);

    /// <summary>
    /// Deletion begins for every VM, whatever it is doing: its last charge is posted at once and nothing is billed from here on
    /// (policy 3.10, 4.6).
    /// </summary>
    private void OrderDeletions(Amount live, DateTimeOffset at)
    {
        var doomed = VmsInOrder().Where(vm => vm.Counts).ToList();
        balance = balance with { Standing = balance.Standing with { DeletionDue = null } };
        foreach (var vm in doomed)
        {
            Issue(OrderKind.Delete, vm.Id, live, at);
            PostUsage(vm, at);
            var charged = balance.Vms.OfOrdinal(vm.Ordinal);
            var usage = charged.Reading.UsageAt(at, PackageOf(vm));
            Keep(charged with { Reading = charged.Reading with { Through = at, Usage = usage, Status = VmStatus.Deleting }, NextCharge = null });
            foreach (var order in balance.Orders.Values.Where(order => order.Vm == vm.Id && order.Kind != OrderKind.Delete).ToList()) Move(order, OrderState.Void, at);
        }
        if (doomed.Count > 0) Notify(NoticeKind.Deleted, at, $"{balance.Standing.Episode}", live, vms: Names(doomed));
    }

    private HashSet<string> VmsWith(OrderKind kind) => [.. OrdersOf(kind).Select(order => order.Vm)];

    private List<Order> OrdersOf(OrderKind kind) => [.. balance.Orders.Values.Where(order => order.Kind == kind)];

    private string VmNames() => Names(VmsInOrder().Where(vm => vm.Counts));

    private static string Names(IEnumerable<MeteredVm> vms) =>
        string.Join(", ", vms.Select(vm => vm.Traits.Locked ? $"{vm.Traits.Name} (locked)" : vm.Traits.Name));
}
