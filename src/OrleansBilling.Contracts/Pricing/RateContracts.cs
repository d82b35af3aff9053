using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Pricing;

/// <summary>An exchange rate from an instant on, until the next one's.</summary>
/// <param name="Id">Its id, named by charges.</param>
/// <param name="Currency">The currency of the balances that it is for.</param>
/// <param name="Rate">What one unit of the list currency is worth in it.</param>
/// <param name="From">Its first instant.</param>
/// <param name="By">Which operator entered it, or <c>import</c>; empty: nobody said.</param>
[GenerateSerializer, Immutable, Alias("rate-view")]
public sealed record RateView(
    [property: Id(0)] int Id, [property: Id(1)] Currency Currency, [property: Id(2)] ExchangeRate Rate, [property: Id(3)] DateTimeOffset From, [property: Id(4)] string By = "");

/// <summary>An exchange rate to come (policy 3.7).</summary>
/// <param name="Operation">The caller's id.</param>
/// <param name="Currency">The currency of the balances that it is for: not the list's.</param>
/// <param name="Rate">What one unit of the list currency is worth in it.</param>
/// <param name="From">At least a minute ahead.</param>
/// <param name="Confirmed">Somebody has looked at it: neither a jump nor a gap nor that it is the first is a reason to refuse it.</param>
/// <param name="By">Which operator, for the record.</param>
[GenerateSerializer, Immutable, Alias("add-rate")]
public sealed record AddRate(
    [property: Id(0)] string Operation, [property: Id(1)] Currency Currency, [property: Id(2)] ExchangeRate Rate, [property: Id(3)] DateTimeOffset From, [property: Id(4)] bool Confirmed = false,
    [property: Id(5)] string By = "");

/// <summary>What became of an exchange rate.</summary>
public enum RateResult
{
    /// <summary>Entered, now or earlier under the same id.</summary>
    Entered = 1,

    /// <summary>The id was used for another rate.</summary>
    OperationReused = 2,

    /// <summary>Prices are listed in that currency: there is nothing to convert.</summary>
    ListCurrency = 3,

    /// <summary>Less than a minute ahead.</summary>
    TooSoon = 4,

    /// <summary>The currency has another rate from that instant on.</summary>
    InstantTaken = 5,

    /// <summary>It differs more from the one before it than the region's settings allow.</summary>
    Jump = 6,

    /// <summary>It comes longer after the one before it than the region's settings allow.</summary>
    Gap = 7,

    /// <summary>It is the first of its currency, so nothing shows whether it is right.</summary>
    First = 8,
}

/// <summary>The answer to an exchange rate.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Id">The rate's id; 0 when refused.</param>
/// <param name="Before">The rate that is in force before it, with which it was compared; null when there is none.</param>
[GenerateSerializer, Immutable, Alias("rate-reply")]
public sealed record RateReply([property: Id(0)] RateResult Result, [property: Id(1)] int Id, [property: Id(2)] RateView? Before = null);

/// <summary>A price to come, to see whom it would touch.</summary>
/// <param name="Package">A package code of the region.</param>
/// <param name="PricePerHour">The price, in the list currency.</param>
/// <param name="From">Its first instant, not before now.</param>
[GenerateSerializer, Immutable, Alias("preview-price")]
public sealed record PreviewPrice([property: Id(0)] string Package, [property: Id(1)] HourlyPrice PricePerHour, [property: Id(2)] DateTimeOffset From);

/// <summary>Some of the tenants whom a price to come would touch, by id.</summary>
/// <param name="Result">Whether such a price could be entered.</param>
/// <param name="Tenants">Tenants with VMs of the package that are not being deleted.</param>
/// <param name="Next">Ask for tenants after this one to go on; null when there are none.</param>
[GenerateSerializer, Immutable, Alias("price-preview-page")]
public sealed record PricePreviewPage([property: Id(0)] PriceResult Result, [property: Id(1)] TenantPreviewView[] Tenants, [property: Id(2)] string? Next);

/// <summary>What a price to come would do to a tenant, if nothing else happened. Money is in the balance's currency.</summary>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="Currency">The balance's currency.</param>
/// <param name="Vms">How many VMs of the package count.</param>
/// <param name="Live">The live balance now.</param>
/// <param name="BurnRate">What is spent an hour from the price's first instant on, as prices are.</param>
/// <param name="BurnRateThen">The same with the price.</param>
/// <param name="Runway">How long the live balance lasts as prices are; null when nothing is spent, or it lasts more than ten years.</param>
/// <param name="RunwayThen">The same with the price.</param>
[GenerateSerializer, Immutable, Alias("tenant-preview-view")]
public sealed record TenantPreviewView(
    [property: Id(0)] string Tenant, [property: Id(1)] Currency? Currency, [property: Id(2)] int Vms, [property: Id(3)] Amount Live,
    [property: Id(4)] HourlyPrice BurnRate, [property: Id(5)] HourlyPrice BurnRateThen, [property: Id(6)] TimeSpan? Runway, [property: Id(7)] TimeSpan? RunwayThen);
