using System.Globalization;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>How long faults come in any order: <c>BILLING_FAULT_MINUTES</c>; otherwise three quarters of a minute, and on demand ten minutes.</summary>
internal static class Duration
{
    private static readonly TimeSpan? asked =
        double.TryParse(Environment.GetEnvironmentVariable("BILLING_FAULT_MINUTES"), CultureInfo.InvariantCulture, out var minutes) ? TimeSpan.FromMinutes(minutes) : null;

    public static TimeSpan OfFaults => asked ?? TimeSpan.FromSeconds(45);

    public static TimeSpan OnDemand => asked ?? TimeSpan.FromMinutes(10);
}
