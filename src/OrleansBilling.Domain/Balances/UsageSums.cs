using System.Collections.Immutable;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Balances;

/// <summary>
/// The unposted usage of all VMs of a balance as a few straight lines, one for each price: what says cheaply that nothing can be due
/// yet. Never what anything is decided by: it knows usage up to a second and a micro-unit for each VM, and errs upwards.
/// </summary>
internal sealed class UsageSums
{
    /// <summary>Of no VM, by no prices: does not count, and is summed up anew when it is first asked for.</summary>
    public static readonly UsageSums None = new(null, [], 0, 0);

    private readonly ImmutableArray<Line> lines;
    private readonly Int128 still; // micro-units that do not grow: usage of VMs that are not billed now, less all that is posted
    private readonly int vms;

    private UsageSums(PriceList? prices, ImmutableArray<Line> lines, Int128 still, int vms) => (Prices, this.lines, this.still, this.vms) = (prices, lines, still, vms);

    /// <summary>The prices that it was summed up by.</summary>
    public PriceList? Prices { get; }

    public static UsageSums Of(IEnumerable<MeteredVm> vms, PriceList prices)
    {
        var sums = new UsageSums(prices, [], 0, 0);
        foreach (var vm in vms) sums = sums.Plus(vm, 1);
        return sums;
    }

    public UsageSums With(MeteredVm? before, MeteredVm after)
    {
        if (Prices is null) return this;
        if (before is not null && ReferenceEquals(before.Reading, after.Reading)) // only charged
            return after.Status == VmStatus.Deleted ? this : new UsageSums(Prices, lines, still + before.Posted.Usage.Cost.Micros - after.Posted.Usage.Cost.Micros, vms);
        return (before is null ? this : Plus(before, -1)).Plus(after, 1);
    }

    /// <param name="at">The instant.</param>
    /// <param name="ahead">How far the clock of a reading may be ahead.</param>
    public Amount UnpostedAtMost(DateTimeOffset at, TimeSpan ahead)
    {
        // A second that is not whole yet is counted at the dearest price so far, and one more for what becomes whole at another price.
        var slack = ahead + TimeSpan.FromSeconds(2);
        Int128 exact = 0;
        foreach (var line in lines) exact += line.CostAt(at, Prices!) + line.DearestOf(slack, at, Prices!);
        return new Amount((long)(exact / (3600 * (Int128)TimeSpan.TicksPerSecond) + still + vms + 1));
    }

    private UsageSums Plus(MeteredVm vm, int sign)
    {
        if (vm.Status == VmStatus.Deleted) return this;
        var (reading, posted) = (vm.Reading, vm.Posted.Usage.Cost.Micros);
        if (!vm.Status.IsBilled()) return new UsageSums(Prices, lines, still + sign * ((Int128)reading.Usage.Cost.Micros - posted), vms + sign);

        var version = Prices![vm.Package].InForceAt(reading.Through)?.From;
        var place = 0;
        while (place < lines.Length && (lines[place].Version != version || lines[place].Package != vm.Package)) place++;
        var line = (place < lines.Length ? lines[place] : new Line(vm.Package, version, 0, 0, 0)).Plus(reading, sign);
        var next = place == lines.Length ? lines.Add(line) : line.Vms == 0 ? lines.RemoveAt(place) : lines.SetItem(place, line);
        return new UsageSums(Prices, next, still - sign * (Int128)posted, vms + sign);
    }

    /// <summary>The VMs of one package whose readings are from the time of one price version.</summary>
    /// <param name="Package">The package's code.</param>
    /// <param name="Version">Since when the price version at their readings holds; null before the first.</param>
    /// <param name="Vms">How many.</param>
    /// <param name="Read">What they had used by their readings, in micro-units × ticks ÷ 3600 s.</param>
    /// <param name="Since">The sum of the instants from which they count on, in ticks.</param>
    private readonly record struct Line(string Package, DateTimeOffset? Version, int Vms, Int128 Read, Int128 Since)
    {
        public Line Plus(MeterReading reading, int sign) => this with
        {
            Vms = Vms + sign,
            Read = Read + sign * reading.Usage.ExactAtMost * TimeSpan.TicksPerSecond,
            // The part of a second that is used already counts with the second that it becomes.
            Since = Since + sign * (reading.Through.UtcTicks - reading.Usage.Time.Ticks % TimeSpan.TicksPerSecond),
        };

        public Int128 CostAt(DateTimeOffset at, PriceList prices)
        {
            var versions = prices[Package].Versions;
            var (cost, since) = (Read, Since);
            for (var place = PlaceIn(versions); ; place++)
            {
                var end = place + 1 < versions.Length && versions[place + 1].From < at ? versions[place + 1].From : at;
                var price = place < 0 ? 0 : versions[place].HourAtMost.MicrosPerHour;
                cost += price * ((Int128)end.UtcTicks * Vms - since);
                if (end == at) return cost;
                since = (Int128)end.UtcTicks * Vms;
            }
        }

        public Int128 DearestOf(TimeSpan time, DateTimeOffset at, PriceList prices)
        {
            // From the one at the readings on: what was used by then is known exactly.
            var (dearest, versions) = (0L, prices[Package].Versions);
            var first = Math.Max(0, PlaceIn(versions));
            for (var place = first; place < versions.Length && (place == first || versions[place].From <= at); place++)
                dearest = Math.Max(dearest, versions[place].HourAtMost.MicrosPerHour);
            return (Int128)dearest * time.Ticks * Vms;
        }

        private int PlaceIn(ImmutableArray<PriceVersion> versions)
        {
            var place = versions.Length - 1;
            while (place >= 0 && versions[place].From != Version) place--;
            return place;
        }
    }
}
