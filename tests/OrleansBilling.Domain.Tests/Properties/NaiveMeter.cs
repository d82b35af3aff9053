using System.Numerics;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Properties;

/// <summary>A second opinion on a meter: counts the life of a VM in small steps, one after the other.</summary>
internal static class NaiveMeter
{
    /// <param name="history">The statuses.</param>
    /// <param name="package">The prices as they are listed.</param>
    /// <param name="rates">The exchange rates into the balance's currency; none where prices are listed in it.</param>
    public static (long Seconds, Amount Cost) Read(StatusHistory history, Package package, IReadOnlyList<RateVersion> rates)
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
            var rate = rates.Count == 0 ? ExchangeRate.PicosPerUnit : rates.Last(version => version.From <= at).Rate.Picos;
            owed += (BigInteger)package.Versions.Last(version => version.From <= at).Price.MicrosPerHour * rate;
        }
        return (seconds, new Amount((long)(owed / 3600 / ExchangeRate.PicosPerUnit)));
    }
}
