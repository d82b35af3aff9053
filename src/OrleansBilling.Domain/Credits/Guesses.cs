using System.Collections.Immutable;

namespace OrleansBilling.Domain.Credits;

/// <summary>How often a tenant may be wrong about a voucher's code.</summary>
/// <param name="Most">So many wrong codes within the window, and the tenant is locked. At least 1.</param>
/// <param name="Window">How long a wrong code counts.</param>
/// <param name="LockedFor">How long no code is looked at then.</param>
public sealed record GuessLimit(int Most, TimeSpan Window, TimeSpan LockedFor);

/// <summary>The wrong codes of a tenant: a value.</summary>
/// <param name="Wrong">When they came, oldest first; not more than still matter.</param>
/// <param name="LockedUntil">The first instant at which a code is looked at again; null: it was never locked, or was unlocked.</param>
public sealed record Guesses(ImmutableArray<DateTimeOffset> Wrong, DateTimeOffset? LockedUntil)
{
    /// <summary>None so far.</summary>
    public static readonly Guesses None = new([], null);

    /// <summary>Whether no code is looked at.</summary>
    public bool AreLockedAt(DateTimeOffset at) => at < LockedUntil;

    /// <summary>One more wrong code, at an instant at which they are not locked. The last one that is allowed locks.</summary>
    public Guesses With(DateTimeOffset wrong, GuessLimit limit)
    {
        ImmutableArray<DateTimeOffset> counting = [.. Wrong.Where(earlier => earlier > wrong - limit.Window), wrong];
        return counting.Length < limit.Most ? new Guesses(counting, null) : new Guesses([], wrong + limit.LockedFor);
    }
}
