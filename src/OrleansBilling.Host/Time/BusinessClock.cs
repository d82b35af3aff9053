using System.Text.Json;
using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Time;

/// <summary>
/// The clock that business runs on. At speed 1 on a node that never ran faster it is the system's. Otherwise its origin is stored, so
/// that a restart goes on from where business time would be by now and never goes back.
/// </summary>
internal static class BusinessClock
{
    public static TimeProvider For(HostSettings settings)
    {
        var file = settings.FileOf("clock.json");
        var now = TimeProvider.System.GetUtcNow();
        if (!File.Exists(file) && settings.ClockSpeed == 1) return TimeProvider.System;

        var business = now;
        if (File.Exists(file))
        {
            var origin = JsonSerializer.Deserialize<Origin>(File.ReadAllText(file))!;
            business = origin.Business + (now - origin.Real) * origin.Speed;
        }
        var written = file + ".new";
        File.WriteAllText(written, JsonSerializer.Serialize(new Origin(now, business, settings.ClockSpeed)));
        File.Move(written, file, overwrite: true); // whole or not at all
        return new ScaledTimeProvider(business, settings.ClockSpeed);
    }

    private sealed record Origin(DateTimeOffset Real, DateTimeOffset Business, double Speed);
}
