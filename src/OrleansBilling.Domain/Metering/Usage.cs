using System.Collections.Immutable;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Metering;

/// <summary>Whole seconds at one price version and, in another currency than the list's, one exchange rate (policy 3.7).</summary>
/// <param name="Version">The price version's id; below zero: an own price of a plan (<see cref="PlanPrice"/>).</param>
/// <param name="Price">Its price of one hour, in the list currency.</param>
/// <param name="Seconds">How many seconds; negative in the difference of a correction.</param>
/// <param name="RateVersion">The exchange rate's id; 0 where nothing is converted.</param>
/// <param name="Rate">The exchange rate; none where nothing is converted.</param>
public readonly record struct PricedSeconds(int Version, HourlyPrice Price, long Seconds, int RateVersion = 0, ExchangeRate Rate = default)
{
    /// <summary>What they cost: in micro-units × seconds, or converted in the same ÷ <see cref="ExchangeRate.PicosPerUnit"/>.</summary>
    internal Int128 Exact => Rate.IsRate ? checked((Int128)Price.MicrosPerHour * Rate.Picos * Seconds) : (Int128)Price.MicrosPerHour * Seconds;

    internal bool IsAtPriceOf(PricedSeconds other) => Version == other.Version && RateVersion == other.RateVersion;
}

/// <summary>
/// A running total of a VM's life, as a meter is read (policy 3.11): billable time, the whole seconds in it by price version and exchange
/// rate, and their cost. The one function for money is here: <see cref="Extend"/> counts seconds, <see cref="Cost"/> prices them, and charges,
/// live balances and projections all use these two.
/// </summary>
public sealed record Usage
{
    private const int SecondsPerHour = 3600;

    private readonly Int128 exact; // micro-units × seconds; ÷ 3600 is the cost. Converted: the same × 10^12, because rates have as many digits
    private readonly bool isConverted; // all of it: a balance has one currency

    /// <param name="time">Billable time, at least zero.</param>
    /// <param name="priced">The whole seconds of it, by price version and exchange rate in the order of first use.</param>
    /// <exception cref="ArgumentException">The seconds by version are not the whole seconds of the time, or some are converted and some are not.</exception>
    public Usage(TimeSpan time, ImmutableArray<PricedSeconds> priced)
    {
        Time = time;
        Priced = priced;
        var (seconds, isListed) = (0L, false);
        foreach (var part in priced)
        {
            seconds += part.Seconds;
            exact += part.Exact;
            if (part.Rate.IsRate) isConverted = true;
            else isListed |= part.Price.MicrosPerHour != 0;
        }
        if (isConverted && isListed) throw new ArgumentException("Some seconds have an exchange rate and some have none.", nameof(priced));
        if (seconds != WholeSeconds(time))
            throw new ArgumentException($"{seconds} s by price version, but the whole seconds of {time} are {WholeSeconds(time)}.", nameof(priced));
    }

    /// <summary>Nothing used yet.</summary>
    public static readonly Usage None = new(TimeSpan.Zero, []);

    /// <summary>Billable time. Summed over the VM's life and only then cut to whole seconds (policy 3.5).</summary>
    public TimeSpan Time { get; }

    /// <summary>The whole seconds by price version and exchange rate.</summary>
    public ImmutableArray<PricedSeconds> Priced { get; }

    /// <summary>The whole seconds of the billable time.</summary>
    public long Seconds => WholeSeconds(Time);

    /// <summary>The cost in micro-units × seconds, of which an hour has 3600: exact, or where it is converted rounded up.</summary>
    internal Int128 ExactAtMost => isConverted ? (exact + ExchangeRate.PicosPerUnit - 1) / ExchangeRate.PicosPerUnit : exact;

    /// <summary>The exact sum over all seconds, price versions and exchange rates, rounded down once (policy 3.6).</summary>
    public Amount Cost => Cut(exact, isConverted);

    /// <summary>
    /// The total after billable time in <c>[from, to)</c>. A second belongs to the interval in which it becomes whole, so however
    /// the time is sliced the same seconds get the same prices. Time before the first price version costs nothing.
    /// </summary>
    public Usage Extend(DateTimeOffset from, DateTimeOffset to, Package package)
    {
        if (to <= from) return this;
        var time = Time;
        var priced = Priced;
        for (var at = from; at < to;)
        {
            var end = Earlier(package.NextChangeAfter(at), to);
            var seconds = WholeSeconds(time + (end - at)) - WholeSeconds(time);
            time += end - at;
            if (seconds > 0) priced = Add(priced, package.InForceAt(at), seconds);
            at = end;
        }
        return new Usage(time, priced);
    }

    /// <summary><c>Extend(from, to, package).Cost</c>, without building the total: what live balances ask for (policy 3.8).</summary>
    public Amount CostAfter(DateTimeOffset from, DateTimeOffset to, Package package)
    {
        if (to <= from) return Cost;
        var time = Time;
        var total = exact;
        for (var at = from; at < to;)
        {
            var end = Earlier(package.NextChangeAfter(at), to);
            total += (package.InForceAt(at)?.ExactHour ?? 0) * (WholeSeconds(time + (end - at)) - WholeSeconds(time));
            time += end - at;
            at = end;
        }
        return Cut(total, isConverted || package.IsConverted);
    }

    /// <summary>What was used since an earlier reading, by price version and exchange rate; parts of a correction are negative.</summary>
    public ImmutableArray<PricedSeconds> Since(Usage earlier)
    {
        if (Priced is [var now] && (earlier.Priced.IsEmpty || (earlier.Priced is [var then] && then.IsAtPriceOf(now)))) // almost always
            return now.Seconds - earlier.Seconds is not 0 and var more ? [now with { Seconds = more }] : [];
        var parts = ImmutableArray.CreateBuilder<PricedSeconds>();
        foreach (var part in Priced)
            if (part.Seconds - earlier.SecondsAt(part) is not 0 and var seconds)
                parts.Add(part with { Seconds = seconds });
        foreach (var gone in earlier.Priced)
            if (gone.Seconds != 0 && !Priced.Any(part => part.IsAtPriceOf(gone)))
                parts.Add(gone with { Seconds = -gone.Seconds });
        return parts.ToImmutable();
    }

    /// <inheritdoc/>
    public bool Equals(Usage? other) => other is not null && Time == other.Time && Priced.SequenceEqual(other.Priced);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Time, exact);

    private long SecondsAt(PricedSeconds price)
    {
        foreach (var part in Priced)
            if (part.IsAtPriceOf(price))
                return part.Seconds;
        return 0;
    }

    private static long WholeSeconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerSecond;

    private static Amount Cut(Int128 exact, bool isConverted) => new(checked((long)(exact / (isConverted ? SecondsPerHour * ExchangeRate.PicosPerUnit : SecondsPerHour))));

    private static DateTimeOffset Earlier(DateTimeOffset? change, DateTimeOffset to) => change < to ? change.Value : to;

    private static ImmutableArray<PricedSeconds> Add(ImmutableArray<PricedSeconds> priced, PriceVersion? version, long seconds)
    {
        var added = version is null ? new PricedSeconds(0, default, seconds) : new PricedSeconds(version.Id, version.Price, seconds, version.Rate?.Id ?? 0, version.Rate?.Rate ?? default);
        for (var i = priced.Length - 1; i >= 0; i--)
            if (priced[i].IsAtPriceOf(added))
                return priced.SetItem(i, added with { Seconds = priced[i].Seconds + seconds });
        return priced.Add(added);
    }
}
