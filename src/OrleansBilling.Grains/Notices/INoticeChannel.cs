using System.Globalization;
using System.Net.Mail;
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

/// <summary>What an attempt came to.</summary>
/// <param name="Result">What it came to.</param>
/// <param name="Answer">The same for the tenant: a word or the status of the answer, as <see cref="DeliveryAnswer"/> lists them, and nothing that anybody else has written.</param>
/// <param name="Detail">For operators alone: the receiver's own words, or those of what failed. Empty: none.</param>
/// <param name="NotWithin">The receiver wants no further attempt before.</param>
public sealed record Attempt(AttemptResult Result, string Answer, string Detail = "", TimeSpan? NotWithin = null)
{
    /// <summary>An attempt that ended in an exception.</summary>
    public static Attempt Of(Exception failed) => new(AttemptResult.Failed, AnswerOf(failed), failed.InnerException is { } inner ? $"{failed.Message} {inner.Message}" : failed.Message);

    private static string AnswerOf(Exception failed) => failed switch
    {
        TimeoutException or OperationCanceledException => "timed-out",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "not-secure",
        HttpRequestException or SmtpException { StatusCode: SmtpStatusCode.GeneralFailure } => "unreachable",
        SmtpException { StatusCode: var status } => ((int)status).ToString(CultureInfo.InvariantCulture),
        _ => "failed",
    };
}
