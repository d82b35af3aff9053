using System.Text;

namespace OrleansBilling.Payments.Tests.Support;

/// <summary>Notifications as they arrive.</summary>
internal static class Sent
{
    /// <summary>2026-01-01 03:30:00 in UTC, the instant of the vectors.</summary>
    public static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1767238200);

    public static NotificationRequest ByQuery(string query) => new(query, new Dictionary<string, string>(), default, At);

    public static NotificationRequest ByBody(string body, DateTimeOffset at, params (string Name, string Value)[] headers) =>
        new("", headers.ToDictionary(header => header.Name, header => header.Value), Encoding.UTF8.GetBytes(body), at);

    /// <summary>Of a notification that must have been refused: the answer.</summary>
    public static GatewayAnswer Refusal(Notification notification) => Assert.IsType<RefusedNotification>(notification).Answer;

    /// <summary>Of a notification that must have been verified: its events.</summary>
    public static VerifiedNotification Verified(Notification notification) => Assert.IsType<VerifiedNotification>(notification);
}
