using System.Numerics;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Properties;

/// <summary>A second opinion on a meter: counts the life of a VM in small steps, one after the other.</summary>
internal static class NaiveMeter
{
    public static (long Seconds, Amount Cost) Read(StatusHistory history, Package package)
    {
        var billed = TimeSpan.Zero;
        var seconds = 0L;
        var owed = BigInteger.Zero;
        for (var at = RandomLife.Start; at < history.Changes[^1].At; at += RandomLife.Grain)
        {
            if (history.Changes.Last(change => change.At <= at).Status is not (VmStatus.Running or VmStatus.Stopped)) continue;
            billed += RandomLife.Grain;
            if (billed.Ticks % TimeSpan.TicksPerSecond != 0) continue;
            seconds++; // a second is whole now, and costs what is in force just now
            owed += package.Versions.Last(version => version.From <= at).Price.MicrosPerHour;
        }
        return (seconds, new Amount((long)(owed / 3600)));
    }
}
