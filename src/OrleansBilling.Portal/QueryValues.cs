using System.Text.Json;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.Json;

namespace OrleansBilling.Portal;

/// <summary>Reads values from queries and paths as bodies have them; what is none is refused by name.</summary>
internal static class QueryValues
{
    public static T? Choice<T>(string? text, string name) where T : struct, Enum
    {
        if (text is null) return null;
        foreach (var value in Enum.GetValues<T>())
            if (JsonNamingPolicy.CamelCase.ConvertName(value.ToString()) == text) return value;
        throw Refused(name, $"expected one of {string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName))}");
    }

    public static DateTimeOffset? Instant(string? text, string name) =>
        text is null ? null : InstantJson.Find(text) ?? throw Refused(name, "expected ISO 8601 with an offset, such as 2026-01-05T10:00:00Z");

    public static HourlyPrice Price(string? text, string name) =>
        Amount.TryParse(text, out var amount) && amount >= Amount.Zero ? new HourlyPrice(amount.Micros) : throw Refused(name, "expected a price of at least zero with at most 6 digits after the point");

    public static Currency? Currency(string? text, string name) =>
        text is null ? null : CurrencyCode.Find(text) ?? throw Refused(name, "expected USD, VND or JPY");

    public static int Limit(int? limit, int usual, int most) =>
        limit is null ? usual : limit >= 1 && limit <= most ? limit.Value : throw Refused("limit", $"expected 1 to {most}");

    public static string? Id(string? text, string name) =>
        text is null || BalanceId.IsId(text) ? text : throw Refused(name, "expected an id of 1 to 64 letters, digits, '-', '_' or '.' within");

    private static RefusedException Refused(
        string name, string rule) => new(StatusCodes.Status400BadRequest, "invalid_query", $"'{name}' cannot be read: {rule}.");
}
