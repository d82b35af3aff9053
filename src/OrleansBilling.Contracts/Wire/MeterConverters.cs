using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Contracts.Wire;

/// <summary>Seconds at a price version as they cross a call.</summary>
[GenerateSerializer, Alias("priced-seconds")]
public struct PricedSecondsOnWire
{
    /// <summary>The price version's id.</summary>
    [Id(0)] public int Version { get; set; }

    /// <summary>Micro-units an hour.</summary>
    [Id(1)] public long MicrosPerHour { get; set; }

    /// <summary>Whole seconds.</summary>
    [Id(2)] public long Seconds { get; set; }

    /// <summary>The exchange rate's id; 0 where nothing is converted.</summary>
    [Id(3)] public int RateVersion { get; set; }

    /// <summary>The exchange rate × 10^12; 0 where nothing is converted.</summary>
    [Id(4)] public long RatePicos { get; set; }
}

/// <summary>Seconds of which only the sum is kept, as they cross a call.</summary>
[GenerateSerializer, Alias("folded-seconds")]
public struct FoldedSecondsOnWire
{
    /// <summary>How many.</summary>
    [Id(0)] public long Seconds { get; set; }

    /// <summary>What they cost, exactly.</summary>
    [Id(1)] public Int128 Exact { get; set; }

    /// <summary>At which prices and rates they are, summed up.</summary>
    [Id(2)] public long Check { get; set; }
}

/// <summary>A meter reading as it crosses a call.</summary>
[GenerateSerializer, Alias("meter-reading")]
public struct MeterReadingOnWire
{
    /// <summary>Revision of the status history.</summary>
    [Id(0)] public int Revision { get; set; }

    /// <summary>Metered through.</summary>
    [Id(1)] public DateTimeOffset Through { get; set; }

    /// <summary>Billable time.</summary>
    [Id(2)] public TimeSpan Time { get; set; }

    /// <summary>Its whole seconds by price version and exchange rate.</summary>
    [Id(3)] public PricedSecondsOnWire[] Priced { get; set; }

    /// <summary>The status from that instant on.</summary>
    [Id(4)] public VmStatus Status { get; set; }

    /// <summary>When first Running.</summary>
    [Id(5)] public DateTimeOffset? FirstRunning { get; set; }

    /// <summary>The whole seconds before those.</summary>
    [Id(6)] public FoldedSecondsOnWire Folded { get; set; }
}

/// <summary>The wire form of a meter reading.</summary>
[RegisterConverter]
public sealed class MeterReadingConverter : IConverter<MeterReading, MeterReadingOnWire>
{
    /// <inheritdoc/>
    public MeterReading ConvertFromSurrogate(in MeterReadingOnWire surrogate) => new(
        surrogate.Revision,
        surrogate.Through,
        new Usage(surrogate.Time, [.. surrogate.Priced.Select(part => new PricedSeconds(
            part.Version, new HourlyPrice(part.MicrosPerHour), part.Seconds, part.RateVersion, new ExchangeRate(part.RatePicos)))],
            new FoldedSeconds(surrogate.Folded.Seconds, surrogate.Folded.Exact, surrogate.Folded.Check)),
        surrogate.Status,
        surrogate.FirstRunning);

    /// <inheritdoc/>
    public MeterReadingOnWire ConvertToSurrogate(in MeterReading value) => new()
    {
        Revision = value.Revision,
        Through = value.Through,
        Time = value.Usage.Time,
        Priced = [.. value.Usage.Priced.Select(part => new PricedSecondsOnWire
        {
            Version = part.Version, MicrosPerHour = part.Price.MicrosPerHour, Seconds = part.Seconds, RateVersion = part.RateVersion, RatePicos = part.Rate.Picos,
        })],
        Status = value.Status,
        FirstRunning = value.FirstRunning,
        Folded = new FoldedSecondsOnWire { Seconds = value.Usage.Folded.Seconds, Exact = value.Usage.Folded.Exact, Check = value.Usage.Folded.Check },
    };
}

/// <summary>A tenant's own price as it crosses a call.</summary>
[GenerateSerializer, Alias("plan-price")]
public struct PlanPriceOnWire
{
    /// <summary>Its id.</summary>
    [Id(0)] public int Id { get; set; }

    /// <summary>The package's code.</summary>
    [Id(1)] public string Package { get; set; }

    /// <summary>Micro-units an hour.</summary>
    [Id(2)] public long MicrosPerHour { get; set; }

    /// <summary>Its first instant.</summary>
    [Id(3)] public DateTimeOffset From { get; set; }

    /// <summary>The first instant after it; null: none is known.</summary>
    [Id(4)] public DateTimeOffset? To { get; set; }
}

/// <summary>A tenant's own prices as they cross a call.</summary>
[GenerateSerializer, Alias("plan-prices")]
public struct PlanPricesOnWire
{
    /// <summary>In the order of their instants.</summary>
    [Id(0)] public PlanPriceOnWire[] All { get; set; }
}

/// <summary>The wire form of a tenant's own prices.</summary>
[RegisterConverter]
public sealed class PlanPricesConverter : IConverter<PlanPrices, PlanPricesOnWire>
{
    /// <inheritdoc/>
    public PlanPrices ConvertFromSurrogate(in PlanPricesOnWire surrogate) =>
        PlanPrices.Of(surrogate.All.Select(price => new PlanPrice(price.Id, price.Package, new HourlyPrice(price.MicrosPerHour), price.From, price.To)));

    /// <inheritdoc/>
    public PlanPricesOnWire ConvertToSurrogate(in PlanPrices value) => new()
    {
        All = [.. value.All.Select(price => new PlanPriceOnWire { Id = price.Id, Package = price.Package, MicrosPerHour = price.Price.MicrosPerHour, From = price.From, To = price.To })],
    };
}

/// <summary>A VM's traits as they cross a call.</summary>
[GenerateSerializer, Alias("vm-traits")]
public struct VmTraitsOnWire
{
    /// <summary>The tenant's name for it.</summary>
    [Id(0)] public string Name { get; set; }

    /// <summary>The deletion lock.</summary>
    [Id(1)] public bool Locked { get; set; }

    /// <summary>Automatic resume.</summary>
    [Id(2)] public bool AutoResume { get; set; }
}

/// <summary>The wire form of a VM's traits.</summary>
[RegisterConverter]
public sealed class VmTraitsConverter : IConverter<VmTraits, VmTraitsOnWire>
{
    /// <inheritdoc/>
    public VmTraits ConvertFromSurrogate(in VmTraitsOnWire surrogate) => new(surrogate.Name, surrogate.Locked, surrogate.AutoResume);

    /// <inheritdoc/>
    public VmTraitsOnWire ConvertToSurrogate(in VmTraits value) => new() { Name = value.Name, Locked = value.Locked, AutoResume = value.AutoResume };
}
