using OrleansBilling.Payments.Vnpay;

namespace OrleansBilling.Payments;

/// <summary>What arrived at a gateway's notification address, not believed yet.</summary>
/// <param name="Query">The query as it was sent, with or without its question mark.</param>
/// <param name="Headers">By name, ignoring case.</param>
/// <param name="Body">The bytes as they were sent: signatures cover them.</param>
/// <param name="ReceivedAt">When, in real time.</param>
public sealed record NotificationRequest(string Query, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, DateTimeOffset ReceivedAt)
{
    /// <summary>A header's value; null when there is none.</summary>
    public string? Header(string name) => Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>What became of reading a notification.</summary>
public abstract record Notification;

/// <summary>It is not from the gateway, not for us, or not of now. Nothing follows from it.</summary>
/// <param name="Reason">For the log.</param>
/// <param name="Answer">What the gateway is told.</param>
public sealed record RefusedNotification(string Reason, GatewayAnswer Answer) : Notification;

/// <summary>It is from the gateway.</summary>
/// <param name="Payment">Which payment it is about, by our id; null when about none, and then it is answered as <see cref="NotificationOutcome.Stored"/>.</param>
/// <param name="Events">What it says.</param>
public sealed record VerifiedNotification(string? Payment, IReadOnlyList<PaymentEvent> Events) : Notification
{
    /// <summary>From the gateway, and nothing that concerns us.</summary>
    public static readonly VerifiedNotification Nothing = new(null, []);
}

/// <summary>What became of a verified notification.</summary>
public enum NotificationOutcome
{
    /// <summary>It is durable, with everything that follows from it.</summary>
    Stored = 1,

    /// <summary>It said nothing new.</summary>
    AlreadySettled = 2,

    /// <summary>Its amount or currency is not our payment's. Nothing changed.</summary>
    AmountDiffers = 3,

    /// <summary>This gateway has no payment of that id with us.</summary>
    UnknownPayment = 4,

    /// <summary>Anything else, also that nobody could say: whether it is durable is unknown, and it should come again.</summary>
    NotStored = 5,
}

/// <summary>An answer to a gateway.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; empty for none.</param>
/// <param name="ContentType">Of the body.</param>
public sealed record GatewayAnswer(int Status, string Body = "", string ContentType = "text/plain")
{
    /// <summary>
    /// For gateways that know no more than success and failure. A failure comes again for days, so what is unknown or differs can still be
    /// repaired, and shows in the gateway's own console.
    /// </summary>
    public static GatewayAnswer Of(NotificationOutcome outcome) => new(outcome switch
    {
        NotificationOutcome.Stored or NotificationOutcome.AlreadySettled => 200,
        NotificationOutcome.UnknownPayment => 404,
        NotificationOutcome.AmountDiffers => 422,
        _ => 503,
    });

    /// <summary>A gateway's own answer for <see cref="NotificationOutcome.NotStored"/>, for whoever has its name alone because nobody who knows the gateway answers.</summary>
    public static GatewayAnswer NotStored(string gateway) => gateway == VnpayGateway.GatewayName ? VnpayGateway.NotStored : Of(NotificationOutcome.NotStored);
}
