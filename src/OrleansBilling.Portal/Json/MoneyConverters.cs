using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Portal.Json;

/// <summary>Money is a string with 6 digits after the point, so that no reader makes a binary fraction of it.</summary>
internal sealed partial class AmountJson : JsonConverter<Amount>
{
    public const string Pattern = @"^-?[0-9]{1,13}(\.[0-9]{1,6})?$";

    public override Amount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader, "An amount");

    public override void Write(Utf8JsonWriter writer, Amount value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    internal static Amount Read(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType == JsonTokenType.Number)
            throw new JsonRefusedException("invalid_amount", $"{what} is a JSON string, such as \"2.54\", not a number: numbers are rounded on the way.");
        if (reader.TokenType != JsonTokenType.String || reader.GetString() is not { } text || !Form().IsMatch(text) || !Amount.TryParse(text, out var amount))
            throw new JsonRefusedException("invalid_amount", $"{what} is a JSON string with at most 13 digits before the point and 6 after it, such as \"2.54\".");
        return amount;
    }

    [GeneratedRegex(Pattern, RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

/// <summary>A price of an hour is written as an amount is, and is never negative.</summary>
internal sealed class HourlyPriceJson : JsonConverter<HourlyPrice>
{
    public override HourlyPrice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AmountJson.Read(ref reader, "A price") is { Micros: >= 0 } price
            ? new HourlyPrice(price.Micros)
            : throw new JsonRefusedException("invalid_amount", "A price is not negative.");

    public override void Write(Utf8JsonWriter writer, HourlyPrice value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>An exchange rate is a string, for the same reason.</summary>
internal sealed class ExchangeRateJson : JsonConverter<ExchangeRate>
{
    public const string Pattern = @"^[0-9]{1,7}(\.[0-9]{1,12})?$";

    public override ExchangeRate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && ExchangeRate.TryParse(reader.GetString(), out var rate)
            ? rate
            : throw new JsonRefusedException("invalid_rate", "An exchange rate is a JSON string above zero with at most 12 digits after the point, such as \"25400.5\".");

    public override void Write(Utf8JsonWriter writer, ExchangeRate value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A currency is its ISO 4217 code in capitals.</summary>
internal sealed class CurrencyJson : JsonConverter<Currency>
{
    public override Currency Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (reader.TokenType == JsonTokenType.String ? CurrencyCode.Find(reader.GetString()) : null)
        ?? throw new JsonRefusedException("invalid_currency", "A currency is one of \"USD\", \"VND\", \"JPY\".");

    public override void Write(Utf8JsonWriter writer, Currency value, JsonSerializerOptions options) => writer.WriteStringValue(value.Code());
}
