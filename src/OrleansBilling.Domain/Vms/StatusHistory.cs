using System.Collections.Immutable;
using OrleansBilling.Domain.Metering;

namespace OrleansBilling.Domain.Vms;

/// <summary>The status of a VM from an instant on.</summary>
/// <param name="At">The first instant at which it holds.</param>
/// <param name="Status">The status.</param>
public readonly record struct StatusChange(DateTimeOffset At, VmStatus Status);

/// <summary>
/// What is known of a VM's statuses, in the order of their instants. Usage is a function of this and never of counted ticks
/// (policy 3.9), so a report that comes late, twice or out of order finds its place and the next charge corrects the rest.
/// </summary>
public sealed record StatusHistory
{
    private static readonly TimeSpan KeepRepetitions = TimeSpan.FromHours(1);

    /// <param name="changes">At least one, in the order of their instants.</param>
    public StatusHistory(ImmutableArray<StatusChange> changes)
    {
        if (changes.IsDefaultOrEmpty) throw new ArgumentException("A history begins with a status.", nameof(changes));
        Changes = changes;
    }

    /// <summary>A VM that was admitted at the instant.</summary>
    public static StatusHistory CreatedAt(DateTimeOffset at) => new([new StatusChange(at, VmStatus.Creating)]);

    /// <summary>The changes, earliest first.</summary>
    public ImmutableArray<StatusChange> Changes { get; }

    /// <summary>The status now.</summary>
    public VmStatus Status => Changes[^1].Status;

    /// <summary>When the VM was first Running; null when it never was.</summary>
    public DateTimeOffset? FirstRunning
    {
        get
        {
            foreach (var change in Changes)
                if (change.Status == VmStatus.Running)
                    return change.At;
            return null;
        }
    }

    /// <summary>When its deletion began: nothing is billed from then on (policy 3.10). Null when it has not.</summary>
    public DateTimeOffset? DeletedFrom
    {
        get
        {
            foreach (var change in Changes)
                if (change.Status.IsBeingDeleted())
                    return change.At;
            return null;
        }
    }

    /// <summary>Through which instant a reading of it is metered: through now, or through the beginning of its deletion.</summary>
    public DateTimeOffset MeteredThrough(DateTimeOffset now) => DeletedFrom ?? now;

    /// <summary>
    /// The history with the change in its place; the same history when the change was known or may not follow what was before it: a
    /// doubled report, one from before the beginning, one from after the deletion began.
    /// </summary>
    public StatusHistory With(StatusChange change)
    {
        var place = Changes.Length;
        while (place > 0 && Changes[place - 1].At > change.At) place--;
        if (place == 0) return this;
        // The same status at a later instant is kept: should another one before it become known, it says from when this one holds.
        var again = change.Status == Changes[place - 1].Status && change.At > Changes[place - 1].At && change.Status != VmStatus.Creating && !change.Status.IsBeingDeleted();
        if (!again && !Changes[place - 1].Status.MayBecome(change.Status)) return this;
        if (again && place == Changes.Length) return new StatusHistory([.. WithoutOldRepetitions(change), change]);
        if (!change.Status.IsBeingDeleted()) return new StatusHistory(Changes.Insert(place, change));
        // Deletion is final: what seemed to come after it was not so, except its end.
        var end = Changes[place..].Where(later => later.Status == VmStatus.Deleted && change.Status == VmStatus.Deleting);
        return new StatusHistory([.. Changes[..place], change, .. end]);
    }

    // A platform that repeats itself must not fill the history: nothing comes later than by this that a repetition would be needed for.
    private IEnumerable<StatusChange> WithoutOldRepetitions(StatusChange latest)
    {
        var first = Changes.Length - 1;
        while (first > 0 && Changes[first - 1].Status == latest.Status) first--;
        return Changes.Where((change, place) => place <= first || change.At >= latest.At - KeepRepetitions);
    }

    /// <summary>The running totals of Running and Stopped time up to the instant (policy 3.2, 3.5).</summary>
    public Usage UsageThrough(DateTimeOffset through, Package package)
    {
        var usage = Usage.None;
        for (var i = 0; i < Changes.Length && Changes[i].At < through; i++)
        {
            var end = i + 1 < Changes.Length && Changes[i + 1].At < through ? Changes[i + 1].At : through;
            if (Changes[i].Status.IsBilled()) usage = usage.Extend(Changes[i].At, end, package);
        }
        return usage;
    }

    /// <inheritdoc/>
    public bool Equals(StatusHistory? other) => other is not null && Changes.SequenceEqual(other.Changes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Changes.Length, Changes[^1]);
}
