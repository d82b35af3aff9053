using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Pricing;

/// <summary>The price list of a region; its key is the region's code. The past never changes (policy 3.7).</summary>
[Alias("price-list")]
public interface IPriceListGrain : IGrainWithStringKey
{
    /// <summary>The packages with the price in force and what is known to come.</summary>
    [Alias("packages")] Task<PackageView[]> Packages();

    /// <summary>
    /// Enters a price ahead of time: at least a minute, so that every silo knows it before it counts. The same again is done once.
    /// </summary>
    [Alias("add-price")] Task<PriceReply> AddPrice(AddPrice command);

    /// <summary>The newest exchange rates, newest first; of a currency when given.</summary>
    [Alias("rates")] Task<RateView[]> Rates(Currency? currency, int limit);

    /// <summary>
    /// Enters an exchange rate ahead of time: at least a minute, as a price. One that differs much from the one before it, comes long after
    /// it or is the first, is refused unless somebody has looked at it. The same again is done once.
    /// </summary>
    [Alias("add-rate")] Task<RateReply> AddRate(AddRate command);

    /// <summary>Places a hold for the whole region (policy 4.11).</summary>
    [Alias("hold")] Task Hold(Balances.PlaceHold command);

    /// <summary>Ends a hold of the region; false when there is none of that id in force.</summary>
    [Alias("release")] Task<bool> Release(string hold);
}

/// <summary>A package as it is offered.</summary>
[GenerateSerializer, Immutable, Alias("package-view")]
public sealed record PackageView
{
    /// <summary>Its code.</summary>
    [Id(0)] public required string Code { get; init; }

    /// <summary>What is in it, for people.</summary>
    [Id(1)] public required string Description { get; init; }

    /// <summary>The currency in which its prices are listed.</summary>
    [Id(2)] public required Currency Currency { get; init; }

    /// <summary>The price in force, taxes included (policy 3.7).</summary>
    [Id(3)] public required HourlyPrice PricePerHour { get; init; }

    /// <summary>Whether the price was published by the provider or is an assumption of ours; an empty text: published.</summary>
    [Id(4)] public required string Assumption { get; init; }

    /// <summary>All versions, earliest first, in the list currency.</summary>
    [Id(5)] public required PriceVersionView[] Versions { get; init; }

    /// <summary>The price in force in every other currency that has an exchange rate in force.</summary>
    [Id(6)] public ConvertedPriceView[] Converted { get; init; } = [];
}

/// <summary>A price from an instant on.</summary>
/// <param name="Id">The version's id, named by charges.</param>
/// <param name="PricePerHour">The price.</param>
/// <param name="From">Its first instant.</param>
/// <param name="By">Which operator entered it; empty: it is of the settings, or nobody said. For operators, not for tenants.</param>
[GenerateSerializer, Immutable, Alias("price-version-view")]
public sealed record PriceVersionView([property: Id(0)] int Id, [property: Id(1)] HourlyPrice PricePerHour, [property: Id(2)] DateTimeOffset From, [property: Id(3)] string By = "");

/// <summary>A price to come.</summary>
/// <param name="Operation">The caller's id.</param>
/// <param name="Package">A package code of the region.</param>
/// <param name="PricePerHour">At least zero.</param>
/// <param name="From">At least a minute ahead.</param>
/// <param name="By">Which operator, for the record.</param>
[GenerateSerializer, Immutable, Alias("add-price")]
public sealed record AddPrice([property: Id(0)] string Operation, [property: Id(1)] string Package, [property: Id(2)] HourlyPrice PricePerHour, [property: Id(3)] DateTimeOffset From, [property: Id(4)] string By = "");

/// <summary>What became of a price.</summary>
public enum PriceResult
{
    /// <summary>Entered, now or earlier under the same id.</summary>
    Entered = 1,

    /// <summary>The id was used for another price.</summary>
    OperationReused = 2,

    /// <summary>There is no such package.</summary>
    UnknownPackage = 3,

    /// <summary>Less than a minute ahead.</summary>
    TooSoon = 4,

    /// <summary>The package has another price from that instant on.</summary>
    InstantTaken = 5,
}

/// <summary>The answer to a price.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Version">The version's id; 0 when refused.</param>
[GenerateSerializer, Immutable, Alias("price-reply")]
public sealed record PriceReply([property: Id(0)] PriceResult Result, [property: Id(1)] int Version);

/// <summary>A price in another currency than the list's, as it is offered now: it follows the exchange rate (policy 3.7).</summary>
/// <param name="Currency">The currency.</param>
/// <param name="PricePerHour">What an hour costs in it, rounded down once.</param>
/// <param name="Rate">The exchange rate in force: what one unit of the list currency is worth.</param>
/// <param name="Since">Its first instant.</param>
/// <param name="Date">That instant's date in the region's time zone.</param>
/// <param name="GoesOn">It is of an earlier day than today, because no rate of today is known.</param>
[GenerateSerializer, Immutable, Alias("converted-price-view")]
public sealed record ConvertedPriceView(
    [property: Id(0)] Currency Currency, [property: Id(1)] HourlyPrice PricePerHour, [property: Id(2)] ExchangeRate Rate, [property: Id(3)] DateTimeOffset Since,
    [property: Id(4)] DateOnly Date, [property: Id(5)] bool GoesOn);
