namespace OrleansBilling.Domain.Balances;

/// <summary>The steps of running out (policy 4).</summary>
public enum StandingLevel
{
    /// <summary>At least one hour's cost is there.</summary>
    Good = 1,

    /// <summary>Less than one hour's cost: no create, power-on, reboot (policy 4.1).</summary>
    Low = 2,

    /// <summary>Zero, or not above zero since it was: the VMs are stopped (policy 4.4).</summary>
    Exhausted = 3,

    /// <summary>Below zero: the clock to deletion runs (policy 4.6).</summary>
    Negative = 4,
}

/// <summary>
/// How far a balance has run out, and what has been said and done about it. Changes only when an instant is evaluated, in
/// <see cref="BalanceStep"/>.
/// </summary>
public sealed record Standing
{
    /// <summary>The live balance has been above zero since the last exhaustion: the next passing to zero is one (policy 4.5).</summary>
    public bool Armed { get; init; }

    /// <summary>Below one hour's cost, with a VM that counts (policy 4.1, 4.3).</summary>
    public bool Low { get; init; }

    /// <summary>Which exhaustion and which stretch below zero was the last.</summary>
    public Episode Episode { get; init; }

    /// <summary>The first instant of the present stretch below zero; null at or above zero (policy 4.7).</summary>
    public DateTimeOffset? NegativeSince { get; init; }

    /// <summary>When the deletion is due: 30 minutes after, or later by the recovery grace or the notice after a hold (policy 4.6, 4.10, 4.11); null when none is.</summary>
    public DateTimeOffset? DeletionDue { get; init; }

    /// <summary>When it was last looked at, a hold kept the deletion from happening: <see cref="DeletionDue"/> will not come, and moves when the hold ends (policy 4.11).</summary>
    public bool DeletionHeld { get; init; }

    /// <summary>How many of the warnings before the deletion have been told: each once in a stretch below zero, and once more after each hold.</summary>
    public int DeletionWarningsGiven { get; init; }

    /// <summary>Which of the warnings by time left holds: 0 none, 1 the first, … (policy 4.3).</summary>
    public int RunwayLevel { get; init; }

    /// <summary>Below the tenant's own threshold (policy 4.3).</summary>
    public bool BelowOwnThreshold { get; init; }

    /// <summary>The step of running out.</summary>
    public StandingLevel Level =>
        NegativeSince is not null ? StandingLevel.Negative
        : !Armed && Episode.Exhaustion > 0 ? StandingLevel.Exhausted
        : Low ? StandingLevel.Low
        : StandingLevel.Good;
}
