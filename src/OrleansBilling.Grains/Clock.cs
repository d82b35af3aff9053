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
}
