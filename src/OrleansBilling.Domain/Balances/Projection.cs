using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

/// <summary>
/// When something is due next. Computed from the present value and never polled (policy 4.5): between two scheduled instants nothing
/// but usage changes a live balance, and usage only lets it fall, so the first instant below a level can be searched for.
/// </summary>
public static class Projection
{
    // Beyond this a projection is of no use, and the arithmetic of dates ends.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(366 * 10);
    private const int RenewalsAhead = 12; // a plan may renew for ever, and each renewal that is thought through costs as much as a settlement of all VMs
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(2);

    /// <summary>The next instant after <see cref="Balance.AdvancedTo"/> at which something is due; null when nothing is in sight.</summary>
    /// <param name="balance">The balance.</param>
    /// <param name="rules">Its region's rules.</param>
    /// <param name="withCharges">Also the quarter hours of the VMs, which reminders carry otherwise.</param>
    public static DateTimeOffset? NextDue(Balance balance, BillingRules rules, bool withCharges)
    {
        var scheduled = Scheduled(balance, rules, withCharges);
        if (WatchedLevel(balance, rules) is not { } level) return scheduled;
        return FirstBelow(level, balance, rules, scheduled) is { } crossing && !(crossing > scheduled) ? crossing : scheduled;
    }

    /// <summary>
    /// An instant before which nothing is due, charges aside: never later than <see cref="NextDue"/>, and cheap however many VMs there
    /// are. <see cref="DateTimeOffset.MaxValue"/> when nothing is in sight.
    /// </summary>
    public static DateTimeOffset QuietUntil(Balance balance, BillingRules rules)
    {
        var scheduled = Scheduled(balance, rules, withCharges: false) ?? DateTimeOffset.MaxValue;
        if (WatchedLevel(balance, rules) is not { } level) return scheduled;
        var from = balance.AdvancedTo;
        var gap = (Int128)(balance.SpendableOn(ProductCode.GpuVm) - balance.Vms.UnpostedAtMost(from, rules.For(balance)) - level).Micros;
        if (gap < 0) return from;
        var quiet = Ticks(gap, balance.BurnRateAtMost(from, rules.Prices).MicrosPerHour);
        if (quiet > Horizon.Ticks) return scheduled;
        return from.AddTicks(quiet) < scheduled ? from.AddTicks(quiet) : scheduled;
    }

    /// <summary>
    /// When the balance should be looked at next, charges aside: at the very instant when it is near, and otherwise a little before it,
    /// because a far one need not be known exactly: at a whole second, so that a charge, which moves what is projected by a millisecond, changes nothing. Null when nothing is in sight.
    /// </summary>
    public static DateTimeOffset? LookAgainAt(Balance balance, BillingRules rules)
    {
        var quiet = QuietUntil(balance, rules);
        if (quiet == DateTimeOffset.MaxValue) return null;
        return quiet > balance.AdvancedTo + Near ? quiet.AddTicks(-(quiet.Ticks % TimeSpan.TicksPerSecond)) : NextDue(balance, rules, withCharges: false);
    }

    /// <summary>
    /// The first instant after <see cref="Balance.AdvancedTo"/> at which the live balance is zero or below, if nothing else happens:
    /// neither credit nor change of status. Null when it is so already, or not within ten years, or not before plans have renewed twelve times.
    /// </summary>
    public static DateTimeOffset? Exhaustion(Balance balance, BillingRules rules)
    {
        // Walks from one scheduled change of prices or credits to the next, because between them the fall is monotone.
        // Charges are left out: they take from what was live already.
        var at = balance;
        while (true)
        {
            if (at.LiveAt(at.AdvancedTo, rules.Prices) <= Amount.Zero) return ReferenceEquals(at, balance) ? null : at.AdvancedTo;
            var change = Earlier(FirstPriceChange(at, rules), FirstLotChange(at, after: at.AdvancedTo));
            if (FirstBelow(new Amount(1), at, rules, change) is { } crossing && !(crossing > change)) return crossing;
            if (change is not { } next || next - balance.AdvancedTo > Horizon || at.Plans.Count > balance.Plans.Count + RenewalsAhead) return null;
            at = BalanceStep.Advance(at with { Vms = at.Vms.WithoutCharges() }, rules, next).Next;
        }
    }

    private static DateTimeOffset? Scheduled(Balance balance, BillingRules rules, bool withCharges)
    {
        var (standing, now) = (balance.Standing, balance.AdvancedTo);
        var first = Earlier(FirstLotChange(balance), FirstPriceChange(balance, rules));
        first = Earlier(first, FirstHoldEnd(balance, rules));
        first = Earlier(first, FirstExpiryWarning(balance, rules));
        if (standing is { DeletionDue: { } due, DeletionHeld: false })
        {
            if (due > now || !balance.IsHeld(HeldActions.Deletion, now, rules)) first = Earlier(first, due);
            // One whose instant has passed without it is told together with the next, or with what puts the deletion off.
            foreach (var before in rules.Policy.DeletionWarnings.Skip(standing.DeletionWarningsGiven))
                if (due - before > now) first = Earlier(first, due - before);
        }
        return withCharges ? Earlier(first, balance.Vms.FirstDue?.At) : first;
    }

    // The end of a hold matters to a balance that something is held from.
    private static DateTimeOffset? FirstHoldEnd(Balance balance, BillingRules rules)
    {
        DateTimeOffset? first = null;
        if (balance.Standing.DeletionDue is null && (balance.Standing.Armed || !balance.HasVms)) return first;
        foreach (var hold in balance.Holds.Concat(rules.Holds))
            if (hold.Until > balance.AdvancedTo) first = Earlier(first, hold.Until);
        return first;
    }

    private static DateTimeOffset? FirstLotChange(Balance balance, DateTimeOffset? after = null)
    {
        DateTimeOffset? first = null;
        foreach (var lot in balance.Lots)
        {
            var change = lot.State switch { LotState.Pending => lot.Effective, LotState.Active => lot.Expires, _ => null };
            if (!(change <= after)) first = Earlier(first, change);
        }
        return first;
    }

    private static DateTimeOffset? FirstExpiryWarning(Balance balance, BillingRules rules)
    {
        DateTimeOffset? first = null;
        foreach (var lot in balance.Lots)
            foreach (var before in rules.Policy.ExpiryWarnings)
                if (lot.ExpiryWarning(before) is { } at && at > balance.AdvancedTo) first = Earlier(first, at);
        return first;
    }

    private static DateTimeOffset? FirstPriceChange(Balance balance, BillingRules rules)
    {
        var (first, prices) = ((DateTimeOffset?)null, balance.PricesOf(rules.Prices));
        foreach (var count in balance.Vms.Packages) first = Earlier(first, prices[count.Package].NextChangeAfter(balance.AdvancedTo));
        return first;
    }

    /// <summary>
    /// The highest level that the live balance has not fallen below yet and that somebody waits for: whichever else it will cross
    /// comes later.
    /// </summary>
    private static Amount? WatchedLevel(Balance balance, BillingRules rules)
    {
        var standing = balance.Standing;
        if (balance.BurnRateAtMost(balance.AdvancedTo, rules.Prices).MicrosPerHour == 0) return null; // nothing is being used
        var burn = balance.BurnRateAt(balance.AdvancedTo, rules.Prices);
        Amount? watched = null;
        void Watch(Amount level) => watched = watched is { } other && other > level ? other : level;
        if (!standing.Low) Watch(balance.HoursCostAt(balance.AdvancedTo, rules));
        if (standing.Armed && !rules.Policy.StopOnlyAtCharges) Watch(new Amount(1)); // zero or below is below one micro-unit
        if (standing.NegativeSince is null) Watch(Amount.Zero);
        if (standing.RunwayLevel < rules.Policy.RunwayWarnings.Count) Watch(Runway.LevelOf(burn, rules.Policy.RunwayWarnings[standing.RunwayLevel]));
        if (!standing.BelowOwnThreshold && balance.OwnThreshold is { } own) Watch(own);
        // Usage that outgrows what open disputes have taken ends what they hold (policy 4.11).
        if (standing.DeletionHeld) WatchHeld(HeldActions.Deletion);
        if (!standing.Armed) WatchHeld(HeldActions.Stopping);
        return watched;

        void WatchHeld(HeldActions action)
        {
            if (balance.HeldDownTo(action, balance.AdvancedTo, rules) is not { } lowest || lowest == EnforcementHold.Lowest) return;
            if (balance.LiveAt(balance.AdvancedTo, rules.Prices) >= lowest) Watch(lowest);
        }
    }

    /// <summary>The first instant after <see cref="Balance.AdvancedTo"/> at which the live balance is below the level, up to a limit.</summary>
    private static DateTimeOffset? FirstBelow(Amount level, Balance balance, BillingRules rules, DateTimeOffset? limit)
    {
        var from = balance.AdvancedTo;
        // The same where nothing is converted; otherwise an hour costs a part of a micro-unit more than the one and less than the other.
        var (slow, fast) = (balance.BurnRateAt(from, rules.Prices).MicrosPerHour, balance.BurnRateAtMost(from, rules.Prices).MicrosPerHour);
        if (fast == 0) return null;
        var gap = (Int128)(balance.LiveAt(from, rules.Prices) - level).Micros;
        if (gap < 0) return null; // below already: it has been looked at

        // Whole seconds and the cut to micro-units keep each VM within one second and one micro-unit of a straight line. The search
        // is between those two lines.
        var vms = balance.Vms.Count + 1;
        var earliest = Math.Max(0, Ticks(gap - vms, fast) - TimeSpan.TicksPerSecond);
        if (earliest > Horizon.Ticks || from.AddTicks(earliest) >= limit) return null;
        // A reading a little ahead of this clock lets usage stand still until its instant.
        var ahead = Math.Max(0, balance.Vms.Values.Max(vm => vm.Reading.Through - from).Ticks);
        var latest = slow == 0 ? Horizon.Ticks + earliest : Math.Min(Ticks(gap + vms, slow) + ahead + 2 * TimeSpan.TicksPerSecond, Horizon.Ticks + earliest);
        if (limit is { } end) latest = Math.Min(latest, (end - from).Ticks);
        if (!IsBelow(latest)) return null;
        var (above, below) = (earliest - 1, latest);
        while (below - above > 1)
        {
            var middle = above + (below - above) / 2;
            if (IsBelow(middle)) below = middle;
            else above = middle;
        }
        return from.AddTicks(below);

        bool IsBelow(long ticks) => balance.LiveAt(from.AddTicks(ticks), rules.Prices) < level;
    }

    private static long Ticks(Int128 micros, long burn) =>
        (long)Int128.Clamp(micros * 3600 * TimeSpan.TicksPerSecond / burn, -TimeSpan.TicksPerSecond, long.MaxValue / 4);

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
