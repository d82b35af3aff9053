using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments;

/// <summary>A dispute, as the sum of what was heard of it.</summary>
/// <param name="Amount">What is disputed: the highest amount heard of.</param>
/// <param name="Steps">Everything that happened.</param>
public readonly record struct Dispute(Amount Amount, DisputeSteps Steps)
{
    /// <summary>Not decided yet.</summary>
    public bool IsOpen => (Steps & (DisputeSteps.Won | DisputeSteps.Lost)) == 0;

    /// <summary>
    /// What the gateway has of our money because of it. Lost is the last word, in whatever order things are heard: one that was won can still be lost.
    /// </summary>
    public Amount Taken =>
        Steps.HasFlag(DisputeSteps.Lost) || (Steps & (DisputeSteps.Withdrawn | DisputeSteps.Reinstated | DisputeSteps.Won)) == DisputeSteps.Withdrawn ? Amount : Amount.Zero;

    /// <summary>With one thing more that happened.</summary>
    public Dispute With(PaymentDisputed step) => new(step.Amount > Amount ? step.Amount : Amount, Steps | step.Step);
}
