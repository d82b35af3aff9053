namespace OrleansBilling.Grains.Pricing;

/// <summary>The days of a region: exchange rates are daily, and a day begins at midnight there.</summary>
public static class RegionDay
{
    /// <summary>The date of an instant in the region.</summary>
    public static DateOnly DayOf(this RegionOptions region, DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, region.Zone()).DateTime);

    /// <summary>The first instant of a day in the region.</summary>
    public static DateTimeOffset BeginningOf(this RegionOptions region, DateOnly day)
    {
        var (midnight, zone) = (day.ToDateTime(TimeOnly.MinValue), region.Zone());
        // Where clocks are put forward at midnight the day begins later.
        while (zone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(15);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    // Where a machine knows no time zones days are those of UTC; an import, which would enter rates by them, does not start there.
    private static TimeZoneInfo Zone(this RegionOptions region) => TimeZoneInfo.TryFindSystemTimeZoneById(region.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
}
