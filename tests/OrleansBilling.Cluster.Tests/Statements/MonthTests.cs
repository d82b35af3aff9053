using System.Globalization;
using OrleansBilling.Statements;

namespace OrleansBilling.Cluster.Tests.Statements;

public sealed class MonthTests
{
    [Theory]
    [InlineData("Asia/Ho_Chi_Minh", "2026-03", "2026-02-28T17:00:00Z", "2026-03-31T17:00:00Z")]
    [InlineData("Asia/Tokyo", "2026-12", "2026-11-30T15:00:00Z", "2026-12-31T15:00:00Z")]
    [InlineData("Europe/Berlin", "2026-03", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z")]
    public void A_month_begins_and_ends_at_midnight_of_the_region(string zone, string text, string from, string until)
    {
        var here = TimeZoneInfo.FindSystemTimeZoneById(zone);
        Assert.True(Month.TryParse(text, out var month));
        Assert.Equal((At(from), At(until), text), (month.BeginsIn(here), month.EndsIn(here), month.ToString()));
        Assert.Equal(month, Month.Of(At(from), here));
        Assert.Equal(month, Month.Of(At(until).AddTicks(-1), here));
        Assert.NotEqual(month, Month.Of(At(until), here));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-13")]
    [InlineData("2026-3")]
    [InlineData("9999-12")]
    [InlineData("2026-03-01")]
    public void What_is_no_month_is_not_taken_for_one(string? text) => Assert.False(Month.TryParse(text, out _));

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
}
