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
    public Int128 Exact => Rate.IsRate ? checked((Int128)Price.MicrosPerHour * Rate.Picos * Seconds) : (Int128)Price.MicrosPerHour * Seconds;

    /// <summary>By which <see cref="FoldedSeconds"/> tells seconds at one price from as many at another.</summary>
    public long Check
    {
        get
        {
            unchecked
            {
                // Spreads the bits of the two ids over all (splitmix64). Odd, so that no number of seconds is lost in it.
                var mixed = ((ulong)(uint)Version << 32) | (uint)RateVersion;
                mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
                mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
                return (long)((mixed ^ (mixed >> 31)) | 1) * Seconds;
            }
        }
    }

    internal bool IsAtPriceOf(PricedSeconds other) => Version == other.Version && RateVersion == other.RateVersion;

    /// <summary>Seconds by price and rate, summed up: each once, in the order in which they come first, those without a second left out.</summary>
    public static ImmutableArray<PricedSeconds> Sum(IEnumerable<PricedSeconds> parts) =>
        [.. parts.GroupBy(part => (part.Version, part.RateVersion)).Select(same => same.First() with { Seconds = same.Sum(part => part.Seconds) }).Where(part => part.Seconds != 0)];
}

/// <summary>
/// A running total of a VM's life, as a meter is read (policy 3.11): billable time, the whole seconds in it by price version and exchange
/// rate, and their cost. The one function for money is here: <see cref="Extend"/> counts seconds, <see cref="Cost"/> prices them, and charges,
/// live balances and projections all use these two.
/// </summary>
public sealed record Usage
{
    /// <summary>So many prices are kept one by one at most, by whoever folds: with daily exchange rates two weeks.</summary>
    public const int MostPrices = 14;

    private const int PricesKept = 7; // when more are folded: a correction that reaches further back asks the ledger
    private const int SecondsPerHour = 3600;

    private readonly Int128 exact; // micro-units × seconds; ÷ 3600 is the cost. Converted: the same × 10^12, because rates have as many digits
    private readonly long check; // of all seconds: see FoldedSeconds
    private readonly bool isConverted; // all of it: a balance has one currency

    /// <param name="time">Billable time, at least zero.</param>
    /// <param name="priced">The whole seconds of it, by price version and exchange rate in the order of first use.</param>
    /// <param name="folded">The seconds before those; there are none unless given. They are not all: whether they are converted is seen in the others.</param>
    /// <exception cref="ArgumentException">The seconds by version are not the whole seconds of the time, or some are converted and some are not.</exception>
    public Usage(TimeSpan time, ImmutableArray<PricedSeconds> priced, FoldedSeconds folded = default)
    {
        Time = time;
        Priced = priced;
        Folded = folded;
        (exact, check) = (folded.Exact, folded.Check);
        if (!folded.IsNone && priced.IsEmpty) throw new ArgumentException("All seconds are folded.", nameof(folded));
        var (seconds, isListed) = (folded.Seconds, false);
        foreach (var part in priced)
        {
            seconds += part.Seconds;
            exact += part.Exact;
            check = unchecked(check + part.Check);
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

    /// <summary>The whole seconds by price version and exchange rate, but for those that are <see cref="Folded"/>.</summary>
    public ImmutableArray<PricedSeconds> Priced { get; }

    /// <summary>The first seconds, of which only the sum is kept.</summary>
    public FoldedSeconds Folded { get; }

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
        if (Priced.Length < 2 && !(package.NextChangeAfter(from) < to)) return ExtendAtOnePrice(to - from, package.InForceAt(from)); // almost always
        var time = Time;
        var priced = Priced.ToBuilder();
        for (var at = from; at < to;)
        {
            var end = Earlier(package.NextChangeAfter(at), to);
            var seconds = WholeSeconds(time + (end - at)) - WholeSeconds(time);
            time += end - at;
            if (seconds > 0) Add(priced, package.InForceAt(at), seconds);
            at = end;
        }
        return new Usage(time, priced.DrainToImmutable(), Folded);
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

    /// <summary>
    /// The same total, of whose first seconds only the sum is kept when they have more than <see cref="MostPrices"/>: what keeps a meter as small after years as after days.
    /// </summary>
    public Usage Fold() => Priced.Length > MostPrices ? FoldFirst(Priced.Length - PricesKept) : this;

    /// <summary>
    /// Two running totals of one VM, of which the same seconds are folded: then their difference is known by price. Null when a second that is folded in one of
    /// them is not in the other at the same price: something has become known of a time so long ago.
    /// </summary>
    public static (Usage One, Usage Other)? Align(Usage one, Usage other)
    {
        var (folded, others, i, j) = (one.Folded, other.Folded, 0, 0);
        while (folded != others)
        {
            if (folded.Seconds <= others.Seconds)
            {
                if (i >= one.Priced.Length - 1) return null;
                folded = folded.Plus(one.Priced[i++]);
            }
            else
            {
                if (j >= other.Priced.Length - 1) return null;
                others = others.Plus(other.Priced[j++]);
            }
        }
        return (one.FoldFirst(i), other.FoldFirst(j));
    }

    /// <summary>The same total with nothing folded.</summary>
    /// <param name="parts">All of its seconds, as the ledger has them.</param>
    /// <exception cref="InvalidOperationException">They are others.</exception>
    public Usage InFull(IEnumerable<PricedSeconds> parts)
    {
        var priced = PricedSeconds.Sum(parts);
        if (priced.Sum(part => part.Seconds) == Seconds && new Usage(Time, priced) is var full && full.Equals(this)) return full;
        throw new InvalidOperationException($"The ledger has other seconds than the {Seconds} that were posted (M4).");
    }

    /// <summary>What was used since an earlier reading, by price version and exchange rate; parts of a correction are negative.</summary>
    /// <exception cref="ArgumentException">Other seconds of it are folded: see <see cref="Align"/>.</exception>
    public ImmutableArray<PricedSeconds> Since(Usage earlier)
    {
        if (Folded != earlier.Folded) throw new ArgumentException("Other seconds are folded.", nameof(earlier));
        if (Priced is [var now] && (earlier.Priced.IsEmpty || (earlier.Priced is [var then] && then.IsAtPriceOf(now)))) // almost always
            return Seconds - earlier.Seconds is not 0 and var more ? [now with { Seconds = more }] : [];
        var parts = ImmutableArray.CreateBuilder<PricedSeconds>();
        foreach (var part in Priced)
            if (part.Seconds - earlier.SecondsAt(part) is not 0 and var seconds)
                parts.Add(part with { Seconds = seconds });
        foreach (var gone in earlier.Priced)
            if (gone.Seconds != 0 && !Priced.Any(part => part.IsAtPriceOf(gone)))
                parts.Add(gone with { Seconds = -gone.Seconds });
        return parts.ToImmutable();
    }

    /// <summary>Whether it is the same total: as much time at the same prices, whatever of it is folded.</summary>
    public bool Equals(Usage? other) => other is not null && Time == other.Time && exact == other.exact && check == other.check;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Time, exact);

    private Usage FoldFirst(int parts)
    {
        if (parts == 0) return this;
        var folded = Folded;
        foreach (var part in Priced.AsSpan()[..parts]) folded = folded.Plus(part);
        return new Usage(Time, Priced[parts..], folded);
    }

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

    private Usage ExtendAtOnePrice(TimeSpan more, PriceVersion? version)
    {
        var time = Time + more;
        var seconds = WholeSeconds(time) - WholeSeconds(Time);
        if (seconds == 0) return new Usage(time, Priced, Folded);
        var added = At(version, seconds);
        if (Priced is not [var only]) return new Usage(time, [added], Folded);
        return new Usage(time, only.IsAtPriceOf(added) ? [added with { Seconds = only.Seconds + seconds }] : [only, added], Folded);
    }

    private static PricedSeconds At(PriceVersion? version, long seconds) =>
        version is null ? new PricedSeconds(0, default, seconds) : new PricedSeconds(version.Id, version.Price, seconds, version.Rate?.Id ?? 0, version.Rate?.Rate ?? default);

    private static void Add(ImmutableArray<PricedSeconds>.Builder priced, PriceVersion? version, long seconds)
    {
        var added = At(version, seconds);
        // A price may hold again, after that of a plan; an exchange rate does not, and there may be many.
        for (var i = priced.Count - 1; i >= 0 && priced[i].RateVersion == added.RateVersion; i--)
        {
            if (priced[i].Version != added.Version) continue;
            priced[i] = added with { Seconds = priced[i].Seconds + seconds };
            return;
        }
        priced.Add(added);
    }
}
