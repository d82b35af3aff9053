using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

/// <summary>How long a live balance lasts at a burn rate (policy 4.3).</summary>
public static class Runway
{
    private const long LongestSeconds = 365_000L * 24 * 3600;

    /// <summary>The time left, zero when nothing is; null when nothing is being spent or it lasts longer than a date can tell.</summary>
    public static TimeSpan? Of(Amount live, HourlyPrice burn)
    {
        if (burn.MicrosPerHour == 0) return null;
        if (live <= Amount.Zero) return TimeSpan.Zero;
        var seconds = (Int128)live.Micros * 3600 / burn.MicrosPerHour;
        return seconds > LongestSeconds ? null : TimeSpan.FromSeconds((long)seconds);
    }

    /// <summary>The live balance below which less than the time is left, rounded up.</summary>
    public static Amount LevelOf(HourlyPrice burn, TimeSpan time) =>
        new(checked((long)(((Int128)burn.MicrosPerHour * (time.Ticks / TimeSpan.TicksPerSecond) + 3599) / 3600)));

    /// <summary>How many of the times, longest first, are more than what is left.</summary>
    public static int Level(Amount live, HourlyPrice burn, IReadOnlyList<TimeSpan> times)
    {
        if (burn.MicrosPerHour == 0) return 0;
        var level = 0;
        while (level < times.Count && live < LevelOf(burn, times[level])) level++;
        return level;
    }
}
