using System.Globalization;

namespace OrleansBilling.Statements;

/// <summary>A month of a calendar, which begins and ends at midnight of a time zone.</summary>
/// <param name="Year">1 to 9998.</param>
/// <param name="Number">1 to 12.</param>
public readonly record struct Month(int Year, int Number)
{
    /// <summary>Reads <c>2026-03</c>.</summary>
    public static bool TryParse(string? text, out Month month)
    {
        var isMonth = DateTime.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first.Year < 9999;
        month = isMonth ? new Month(first.Year, first.Month) : default;
        return isMonth;
    }

    /// <summary>The month in which an instant lies for people of the time zone.</summary>
    public static Month Of(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone) is var local ? new(local.Year, local.Month) : default;

    /// <summary>Its first instant.</summary>
    public DateTimeOffset BeginsIn(TimeZoneInfo zone)
    {
        var midnight = new DateTime(Year, Number, 1);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    /// <summary>The first instant of the next one.</summary>
    public DateTimeOffset EndsIn(TimeZoneInfo zone) => Next.BeginsIn(zone);

    private Month Next => Number == 12 ? new(Year + 1, 1) : new(Year, Number + 1);

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Number:00}");
}
