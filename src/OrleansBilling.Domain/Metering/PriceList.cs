using System.Collections.Immutable;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Metering;

/// <summary>The packages of a region with all price versions known so far. The past of a price list never changes (policy 3.7).</summary>
/// <param name="Currency">The currency in which the prices are listed.</param>
/// <param name="Packages">The packages by code.</param>
public sealed record PriceList(Currency Currency, ImmutableDictionary<string, Package> Packages)
{
    /// <summary>The package of a code.</summary>
    /// <exception cref="KeyNotFoundException">The list has no such package.</exception>
    public Package this[string code] =>
        Packages.TryGetValue(code, out var package) ? package : throw new KeyNotFoundException($"The price list has no package '{code}'.");
}
