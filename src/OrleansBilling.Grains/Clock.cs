namespace OrleansBilling.Grains;

/// <summary>
/// The business clock: the one of the grains, which a test drives by hand and <c>Clock:Speed</c> makes faster. Instants are kept in
/// whole milliseconds, as the database stores them, so that a value read back equals the one written.
/// </summary>
internal static class Clock
{
    public static DateTimeOffset Now(this TimeProvider clock) => clock.GetUtcNow().ToMilliseconds();

    public static DateTimeOffset ToMilliseconds(this DateTimeOffset instant) =>
        DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());

    /// <summary>The first whole millisecond not before the instant: what is due then is due when it comes.</summary>
    public static DateTimeOffset UpToMilliseconds(this DateTimeOffset instant) => instant.AddTicks(TimeSpan.TicksPerMillisecond - 1).ToMilliseconds();
}
