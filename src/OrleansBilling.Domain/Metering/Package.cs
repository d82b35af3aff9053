using System.Collections.Immutable;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Metering;

/// <summary>What is sold under one price: an all-in-one GPU VM (policy 3.1).</summary>
/// <param name="Code">Unique within the region, e.g. <c>1xH100</c>.</param>
/// <param name="Versions">Its price versions in the order of their instants, which differ.</param>
public sealed record Package(string Code, ImmutableArray<PriceVersion> Versions)
{
    /// <summary>Whether its prices are converted into another currency than the list's.</summary>
    internal bool IsConverted => Versions is [{ Rate: not null }, ..];

    /// <summary>The version in force at the instant; null before the first one.</summary>
    public PriceVersion? InForceAt(DateTimeOffset at) => Begun(at) is > 0 and var begun ? Versions[begun - 1] : null;

    /// <summary>The price of an hour in force at the instant, in the balance's currency; zero before the first version.</summary>
    public HourlyPrice PriceAt(DateTimeOffset at) => InForceAt(at)?.Hour ?? default;

    /// <summary>The first change of price or exchange rate after the instant; null when none is known.</summary>
    public DateTimeOffset? NextChangeAfter(DateTimeOffset at) => Begun(at) is var begun && begun < Versions.Length ? Versions[begun].From : null;

    /// <summary>The package with exchange rates: a version from each instant on at which either changes; none before there are both.</summary>
    internal Package At(ImmutableArray<RateVersion> rates)
    {
        var versions = ImmutableArray.CreateBuilder<PriceVersion>(Versions.Length + rates.Length);
        var (price, rate) = (-1, -1);
        while (price + 1 < Versions.Length || rate + 1 < rates.Length)
        {
            var change = price + 1 == Versions.Length || (rate + 1 < rates.Length && rates[rate + 1].From < Versions[price + 1].From) ? rates[rate + 1].From : Versions[price + 1].From;
            if (price + 1 < Versions.Length && Versions[price + 1].From == change) price++;
            if (rate + 1 < rates.Length && rates[rate + 1].From == change) rate++;
            if (price >= 0 && rate >= 0) versions.Add(Versions[price] with { From = change, Rate = rates[rate] });
        }
        return this with { Versions = versions.ToImmutable() };
    }

    /// <summary>The package with a tenant's own prices, in the order of their instants and without overlap: in their time the list's versions do not hold.</summary>
    internal Package With(IEnumerable<PlanPrice> own)
    {
        var versions = ImmutableArray.CreateBuilder<PriceVersion>();
        var (next, ended) = (0, (DateTimeOffset?)null);
        foreach (var price in own)
        {
            GoOn(price.From);
            versions.Add(new PriceVersion(price.Id, price.Price, price.From));
            if (price.To is null) return this with { Versions = versions.ToImmutable() };
            ended = price.To;
        }
        GoOn(DateTimeOffset.MaxValue);
        return this with { Versions = versions.ToImmutable() };

        // The list again: what is in force when an own price has ended, and then its changes, until another one begins.
        void GoOn(DateTimeOffset until)
        {
            if (ended is { } end)
            {
                while (next < Versions.Length && Versions[next].From <= end) next++;
                if (next > 0 && end < until) versions.Add(Versions[next - 1] with { From = end });
            }
            while (next < Versions.Length && Versions[next].From < until) versions.Add(Versions[next++]);
        }
    }

    // How many versions have begun by the instant. Halved, because a year of daily exchange rates is long.
    private int Begun(DateTimeOffset at)
    {
        var (begun, not) = (0, Versions.Length);
        while (begun < not)
        {
            var middle = (begun + not) / 2;
            if (Versions[middle].From <= at) begun = middle + 1;
            else not = middle;
        }
        return begun;
    }
}
