namespace OrleansBilling.Domain.Metering;

/// <summary>
/// Whole seconds of which only the sum is kept, so that a meter that many prices have gone through stays small. It tells what they cost together, and whether other
/// seconds are the same at the same prices; at which they are, the ledger tells.
/// </summary>
/// <param name="Seconds">How many; 0: nothing is folded.</param>
/// <param name="Exact">What they cost, exactly: in micro-units × seconds, or converted in the same × 10^12.</param>
/// <param name="Check">Sums up at which price versions and exchange rates they are: of as many seconds at others it is another, but for a chance of nothing.</param>
public readonly record struct FoldedSeconds(long Seconds, Int128 Exact, long Check)
{
    /// <summary>Whether nothing is folded.</summary>
    public bool IsNone => Seconds == 0;

    /// <summary>With more seconds.</summary>
    public FoldedSeconds Plus(PricedSeconds part) => new(Seconds + part.Seconds, Exact + part.Exact, unchecked(Check + part.Check));
}
