using OrleansBilling.Contracts.Notices;

namespace OrleansBilling.Grains.Notices;

/// <summary>A way by which notices leave the portal.</summary>
public interface INoticeChannel
{
    DeliveryChannel Channel { get; }

    /// <summary>How many deliveries may be under way at a time from a silo.</summary>
    int AtOnce { get; }

    /// <summary>The pauses after the first, second, … attempt that failed; when there is none left it is given up.</summary>
    IReadOnlyList<TimeSpan> Pauses { get; }

    /// <summary>Makes one attempt. What it throws counts as failed for now.</summary>
    Task<Attempt> Send(DueDelivery delivery, CancellationToken cancellation);
}

/// <summary>What an attempt came to.</summary>
public enum AttemptResult
{
    /// <summary>The receiver has it.</summary>
    Delivered = 1,

    /// <summary>Not now.</summary>
    Failed = 2,

    /// <summary>Never.</summary>
    Refused = 3,

    /// <summary>Never, and nothing else for this endpoint.</summary>
    Gone = 4,

    /// <summary>The channel is not set up.</summary>
    NotSetUp = 5,
}

/// <summary>What an attempt came to, in the receiver's words.</summary>
/// <param name="Result">What it came to.</param>
/// <param name="Answer">What was answered, or what kept the receiver from being asked.</param>
/// <param name="NotWithin">The receiver wants no further attempt before.</param>
public sealed record Attempt(AttemptResult Result, string Answer, TimeSpan? NotWithin = null);
