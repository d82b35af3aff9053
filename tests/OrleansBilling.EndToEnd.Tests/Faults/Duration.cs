using System.Globalization;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>How long faults come in any order: <c>BILLING_FAULT_MINUTES</c>, or a minute and a half.</summary>
internal static class Duration
{
    public static TimeSpan OfFaults { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("BILLING_FAULT_MINUTES"), CultureInfo.InvariantCulture, out var minutes) ? TimeSpan.FromMinutes(minutes) : TimeSpan.FromSeconds(90);
}
