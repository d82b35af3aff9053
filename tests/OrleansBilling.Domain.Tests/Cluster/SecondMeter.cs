using System.Collections.Immutable;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>A second opinion on usage that shares no code with the domain: whole seconds and 3600 times their cost.</summary>
internal static class SecondMeter
{
    private const long Second = TimeSpan.TicksPerSecond;

    /// <summary>Interval by interval, for use at every step.</summary>
    public static (long Seconds, Int128 Cost) Read(ImmutableArray<StatusChange> changes, ImmutableArray<PriceVersion> prices, DateTimeOffset through)
    {
        var (billed, cost) = (0L, (Int128)0);
        for (var i = 0; i < changes.Length; i++)
        {
            if (changes[i].Status is not (VmStatus.Running or VmStatus.Stopped)) continue;
            var (from, to) = (changes[i].At.Ticks, Math.Min(through.Ticks, i + 1 < changes.Length ? changes[i + 1].At.Ticks : long.MaxValue));
            for (var p = 0; p < prices.Length; p++)
            {
                var begin = Math.Max(from, prices[p].From.Ticks);
                var end = Math.Min(to, p + 1 < prices.Length ? prices[p + 1].From.Ticks : long.MaxValue);
                if (begin >= end) continue;
                cost += (Int128)prices[p].Price.MicrosPerHour * ((billed + end - begin) / Second - billed / Second);
                billed += end - begin;
            }
        }
        return (billed / Second, cost);
    }

    /// <summary>Second by second, the slow and obvious way, for the end.</summary>
    public static (long Seconds, Int128 Cost) Count(ImmutableArray<StatusChange> changes, ImmutableArray<PriceVersion> prices, DateTimeOffset through)
    {
        var (seconds, cost, begun) = (0L, (Int128)0, 0L); // begun: of the second that is not whole yet
        for (var i = 0; i < changes.Length && changes[i].At < through; i++)
        {
            if (changes[i].Status is not (VmStatus.Running or VmStatus.Stopped)) continue;
            var at = changes[i].At;
            var end = i + 1 < changes.Length && changes[i + 1].At < through ? changes[i + 1].At : through;
            while (at.AddTicks(Second - begun) <= end)
            {
                at = at.AddTicks(Second - begun);
                begun = 0;
                seconds++;
                cost += prices.Last(price => price.From < at).Price.MicrosPerHour; // in force until the second was whole
            }
            begun += (end - at).Ticks;
        }
        return (seconds, cost);
    }
}
