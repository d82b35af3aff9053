using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Payments;

namespace OrleansBilling.Cluster.Tests.Payments;

/// <summary>For how long a gateway is asked about a payment of which it says nothing.</summary>
public sealed class AskScheduleTests
{
    [Theory]
    [InlineData(PaymentStatus.Disputed, 1, true)]
    [InlineData(PaymentStatus.Disputed, 181, true)] // it may have been opened yesterday
    [InlineData(PaymentStatus.Disputed, 3000, true)]
    [InlineData(PaymentStatus.Paid, 29, true)]
    [InlineData(PaymentStatus.Paid, 30, false)]
    [InlineData(PaymentStatus.DisputeWon, 181, false)]
    [InlineData(PaymentStatus.DisputeLost, 181, false)]
    public void What_is_disputed_is_asked_about_daily_until_it_is_decided_and_what_is_paid_for_thirty_days(PaymentStatus status, int days, bool asked) =>
        Assert.Equal(
            asked ? TimeSpan.FromDays(1) : null,
            AskSchedule.Next(status, asked: 40, age: TimeSpan.FromDays(days), tellsOfRefunds: true, refundable: TimeSpan.FromDays(180)));
}
