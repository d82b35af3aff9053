using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Metering;

/// <summary>
/// The packages of a region with all price versions and exchange rates known so far. The past of a price list never changes (policy 3.7).
/// </summary>
/// <param name="currency">The currency in which the prices are listed.</param>
/// <param name="packages">The packages by code.</param>
/// <param name="rates">The exchange rates into other currencies; none unless given.</param>
public sealed class PriceList(Currency currency, ImmutableDictionary<string, Package> packages, IEnumerable<RateVersion>? rates = null)
{
    private readonly ConcurrentDictionary<Currency, PriceList> converted = new(); // each made once, so that what was summed up by it still counts

    /// <summary>The currency of the prices.</summary>
    public Currency Currency => currency;

    /// <summary>The packages by code.</summary>
    public ImmutableDictionary<string, Package> Packages => packages;

    /// <summary>The exchange rates by currency, in the order of their instants.</summary>
    public ImmutableDictionary<Currency, ImmutableArray<RateVersion>> Rates { get; } = (rates ?? []).GroupBy(rate => rate.Currency)
        .ToImmutableDictionary(of => of.Key, of => of.OrderBy(rate => rate.From).ToImmutableArray());

    /// <summary>The package of a code.</summary>
    /// <exception cref="KeyNotFoundException">The list has no such package.</exception>
    public Package this[string code] =>
        Packages.TryGetValue(code, out var package) ? package : throw new KeyNotFoundException($"The price list has no package '{code}'.");

    /// <summary>
    /// The same prices for balances of a currency: this list where that is the list currency or none is fixed yet, otherwise one in which
    /// every version has its exchange rate. Without a rate in force a package has no price.
    /// </summary>
    public PriceList In(Currency? balance) => balance is null || balance == currency ? this : converted.GetOrAdd(balance.Value, Convert);

    /// <summary>The exchange rate into a currency that is in force at the instant; null when there is none.</summary>
    public RateVersion? RateAt(Currency into, DateTimeOffset at) => Rates.GetValueOrDefault(into, []).LastOrDefault(rate => rate.From <= at);

    /// <summary>The list with a version more, in its place: what a price to come would make of it.</summary>
    /// <exception cref="KeyNotFoundException">The list has no such package.</exception>
    public PriceList With(string package, PriceVersion version) => new(
        currency,
        packages.SetItem(package, this[package] with { Versions = [.. this[package].Versions.Append(version).OrderBy(other => other.From)] }),
        Rates.Values.SelectMany(rate => rate));

    private PriceList Convert(Currency into)
    {
        var applied = Rates.GetValueOrDefault(into, []);
        return new PriceList(into, packages.ToImmutableDictionary(package => package.Key, package => package.Value.At(applied)));
    }
}
