using OrleansBilling.Contracts.Notices;

namespace OrleansBilling.Grains.Notices;

/// <summary>What became of a delivery of a warning before a deletion.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Answers">What its attempts came to.</param>
public sealed record Warning(DeliveryState State, IReadOnlyList<DeliveryAnswer> Answers)
{
    // It ended before anything left us: nothing was tried, and nothing of it will be.
    private static readonly string[] nothingTried = ["not-set-up", "no-address", "no-endpoint"];

    private bool WasTried => Answers.Any(answer => !nothingTried.Contains(answer.Answer));

    /// <summary>
    /// Whether a deletion must wait, because of all its warnings none was tried and one still can be (policy 4.13; E11). What has ended without an attempt, for want of a mail server or of the
    /// receiver, is no warning and keeps nothing waiting.
    /// </summary>
    public static bool IsStillToBeTried(IReadOnlyCollection<Warning> warnings) =>
        warnings.Any(warning => warning.State == DeliveryState.Waiting) && !warnings.Any(warning => warning.WasTried);
}
