namespace OrleansBilling.Grains.Ledger;

/// <summary>Says whether this silo's clock may be decided by.</summary>
public interface IClockReferee
{
    /// <summary>Whether an instant that was read from the clock just now is near enough to the truth.</summary>
    bool Trusts(DateTimeOffset now);
}

/// <summary>One silo alone: there is no clock but its own.</summary>
internal sealed class OwnClock : IClockReferee
{
    public bool Trusts(DateTimeOffset now) => true;
}
