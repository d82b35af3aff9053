namespace OrleansBilling.Grains.Ledger;

/// <summary>Says whether this silo's clock may be decided by.</summary>
public interface IClockReferee
{
    /// <summary>How far off a clock that is trusted may be.</summary>
    static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>Whether an instant that was read from the clock just now is near enough to the truth.</summary>
    bool Trusts(DateTimeOffset now);

    /// <summary>What the referee last said; null: there is none but this silo's own clock, or it has not said anything yet.</summary>
    ClockWord? LastWord => null;
}

/// <summary>What another clock said.</summary>
/// <param name="Offset">How far this silo's clock is ahead of it, by what is known now.</param>
/// <param name="Age">How long ago it answered.</param>
public sealed record ClockWord(TimeSpan Offset, TimeSpan Age);

/// <summary>One silo alone: there is no clock but its own.</summary>
internal sealed class OwnClock : IClockReferee
{
    public bool Trusts(DateTimeOffset now) => true;
}
