using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansBilling.Portal.Json;

/// <summary>How the API reads and writes JSON: strictly, in camel case, money as strings.</summary>
internal static class PortalJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new AmountJson());
        options.Converters.Add(new HourlyPriceJson());
        options.Converters.Add(new ExchangeRateJson());
        options.Converters.Add(new CurrencyJson());
        options.Converters.Add(new InstantJson());
        options.Converters.Add(new SecondsJson());
        options.Converters.Add(new HeldActionsJson());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        // Appended, as the framework has one resolver in place already.
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(SecondsJson.NameUnit);
    }
}
