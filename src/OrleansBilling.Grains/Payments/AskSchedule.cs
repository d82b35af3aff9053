using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Payments;

/// <summary>
/// When a gateway is asked about a payment without being told to: notifications do get lost, and some things are told to nobody, such as
/// VNPAY's refunds. All in business time.
/// </summary>
public static class AskSchedule
{
    /// <summary>The first question, and the shortest pause: reminders know no shorter one.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMinutes(1);

    /// <summary>Between two attempts to post what the balance has refused.</summary>
    public static readonly TimeSpan Stuck = TimeSpan.FromDays(1);

    private static readonly TimeSpan longestWhileOpen = TimeSpan.FromHours(6);
    // Of several refunds between two questions such a gateway tells the last.
    private static readonly TimeSpan untoldRefunds = TimeSpan.FromHours(6);
    private static readonly TimeSpan giveUpAfter = TimeSpan.FromDays(14); // slow ways of paying take days
    private static readonly TimeSpan settled = TimeSpan.FromDays(30);
    private static readonly TimeSpan daily = TimeSpan.FromDays(1);

    /// <summary>
    /// How long until the next question, after so many; null: none any more. What is disputed is asked about daily until that is decided, however old the payment is:
    /// disputes are opened late, and their end moves money.
    /// </summary>
    /// <param name="status">Where the payment stands.</param>
    /// <param name="asked">How often its gateway was asked.</param>
    /// <param name="age">How long ago it was begun.</param>
    /// <param name="tellsOfRefunds">Whether the gateway tells of refunds by itself.</param>
    /// <param name="refundable">For how long a gateway that does not may still refund: often at first, when most refunds are made, then daily.</param>
    public static TimeSpan? Next(PaymentStatus status, int asked, TimeSpan age, bool tellsOfRefunds, TimeSpan refundable) => status switch
    {
        PaymentStatus.Created or PaymentStatus.Pending => age >= giveUpAfter ? null : asked >= 9 ? longestWhileOpen : First * (1 << asked),
        PaymentStatus.Disputed => daily,
        PaymentStatus.Failed or PaymentStatus.Expired => null,
        _ when tellsOfRefunds => age >= settled ? null : daily,
        _ => age >= refundable ? null : age >= settled ? daily : untoldRefunds,
    };
}
