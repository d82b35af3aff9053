using System.Collections.Immutable;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Metering;

/// <summary>What is sold under one price: an all-in-one GPU VM (policy 3.1).</summary>
/// <param name="Code">Unique within the region, e.g. <c>1xH100</c>.</param>
/// <param name="Versions">Its price versions in the order of their instants, which differ.</param>
public sealed record Package(string Code, ImmutableArray<PriceVersion> Versions)
{
    /// <summary>The version in force at the instant; null before the first one.</summary>
    public PriceVersion? InForceAt(DateTimeOffset at)
    {
        for (var i = Versions.Length - 1; i >= 0; i--)
            if (Versions[i].From <= at)
                return Versions[i];
        return null;
    }

    /// <summary>The price in force at the instant; zero before the first version.</summary>
    public HourlyPrice PriceAt(DateTimeOffset at) => InForceAt(at)?.Price ?? default;

    /// <summary>The first price change after the instant; null when none is known.</summary>
    public DateTimeOffset? NextChangeAfter(DateTimeOffset at)
    {
        foreach (var version in Versions)
            if (version.From > at)
                return version.From;
        return null;
    }
}
