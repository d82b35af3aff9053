using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
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
    // Each made once, so that what was summed up by it still counts; those with own prices as long as somebody has these.
    private readonly ConcurrentDictionary<Currency, PriceList> converted = new();
    private readonly ConditionalWeakTable<PlanPrices, PriceList> planned = [];
    private readonly PlanPrices plans = PlanPrices.None;
    private readonly PriceList? region; // of which it was made; null: of none

    private PriceList(PriceList region, PlanPrices plans, Currency currency, ImmutableDictionary<string, Package> packages) : this(currency, packages, region.Rates.Values.SelectMany(rate => rate)) =>
        (this.region, this.plans) = (region, plans);

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
    /// The region's prices for balances of a currency: the region's list where that is the list currency or none is fixed yet, otherwise one in which
    /// every version has its exchange rate. Without a rate in force a package has no price.
    /// </summary>
    public PriceList In(Currency? balance) => In(balance, PlanPrices.None);

    /// <summary>
    /// The same for a balance with own prices, which in their time take the place of the list's. They are in the list currency too, so the exchange rates hold for them (policy 3.7).
    /// </summary>
    public PriceList In(Currency? balance, PlanPrices own)
    {
        var list = region ?? this;
        if ((balance ?? list.Currency) == currency && own.Equals(plans)) return this;
        var priced = own.IsEmpty ? list : list.planned.GetValue(own, list.Price);
        return balance is null || balance == list.Currency ? priced : priced.converted.GetOrAdd(balance.Value, priced.Convert);
    }

    /// <summary>The exchange rate into a currency that is in force at the instant; null when there is none.</summary>
    public RateVersion? RateAt(Currency into, DateTimeOffset at) => Rates.GetValueOrDefault(into, []).LastOrDefault(rate => rate.From <= at);

    /// <summary>Whether a balance can have a currency: that of the list, or one with an exchange rate in force at the instant. Nothing could be priced in another (policy 1.4, 3.7).</summary>
    public bool Takes(Currency balance, DateTimeOffset at) => balance == (region ?? this).Currency || RateAt(balance, at) is not null;

    /// <summary>The list with a version more, in its place: what a price to come would make of it.</summary>
    /// <exception cref="KeyNotFoundException">The list has no such package.</exception>
    public PriceList With(string package, PriceVersion version) => new(
        currency,
        packages.SetItem(package, this[package] with { Versions = [.. this[package].Versions.Append(version).OrderBy(other => other.From)] }),
        Rates.Values.SelectMany(rate => rate));

    private PriceList Convert(Currency into)
    {
        var applied = Rates.GetValueOrDefault(into, []);
        return new PriceList(region ?? this, plans, into, packages.ToImmutableDictionary(package => package.Key, package => package.Value.At(applied)));
    }

    private PriceList Price(PlanPrices own) =>
        new(this, own, currency, packages.SetItems(own.All.GroupBy(price => price.Package).Where(price => packages.ContainsKey(price.Key)).Select(price => KeyValuePair.Create(price.Key, packages[price.Key].With(price)))));
}
