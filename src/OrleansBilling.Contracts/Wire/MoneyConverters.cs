using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Wire;

/// <summary>An exchange rate as it crosses a call.</summary>
[GenerateSerializer, Alias("picos")]
public struct Picos
{
    /// <summary>Units × 10^12.</summary>
    [Id(0)] public long Value { get; set; }
}

/// <summary>The wire form of an exchange rate.</summary>
[RegisterConverter]
public sealed class ExchangeRateConverter : IConverter<ExchangeRate, Picos>
{
    /// <inheritdoc/>
    public ExchangeRate ConvertFromSurrogate(in Picos surrogate) => new(surrogate.Value);

    /// <inheritdoc/>
    public Picos ConvertToSurrogate(in ExchangeRate value) => new() { Value = value.Picos };
}

/// <summary>An <see cref="Amount"/> or <see cref="HourlyPrice"/> as it crosses a call: micro-units.</summary>
[GenerateSerializer, Alias("micros")]
public struct Micros
{
    /// <summary>Micro-units.</summary>
    [Id(0)] public long Value { get; set; }
}

/// <summary>The wire form of an amount.</summary>
[RegisterConverter]
public sealed class AmountConverter : IConverter<Amount, Micros>
{
    /// <inheritdoc/>
    public Amount ConvertFromSurrogate(in Micros surrogate) => new(surrogate.Value);

    /// <inheritdoc/>
    public Micros ConvertToSurrogate(in Amount value) => new() { Value = value.Micros };
}

/// <summary>The wire form of a price.</summary>
[RegisterConverter]
public sealed class HourlyPriceConverter : IConverter<HourlyPrice, Micros>
{
    /// <inheritdoc/>
    public HourlyPrice ConvertFromSurrogate(in Micros surrogate) => new(surrogate.Value);

    /// <inheritdoc/>
    public Micros ConvertToSurrogate(in HourlyPrice value) => new() { Value = value.MicrosPerHour };
}
