using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBilling.Payments;

/// <summary>What calls to gateways have in common: an answer is a JSON object, or an error that says what was answered.</summary>
internal static class GatewayCall
{
    /// <summary>The body of a successful answer.</summary>
    /// <exception cref="GatewayException">Another status, or no JSON object. Carries no more than the beginning of the body.</exception>
    public static async Task<JsonObject> Json(this HttpResponseMessage response, string what, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        if (!response.IsSuccessStatusCode) throw new GatewayException($"{what}: the gateway answered {(int)response.StatusCode} {text[..Math.Min(text.Length, 300)]}");
        return Parse(text) ?? throw new GatewayException($"{what}: the gateway answered {(int)response.StatusCode} without a JSON object.");
    }

    /// <summary>A JSON object; null when the text is none.</summary>
    public static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As <see cref="Parse(string)"/>, of bytes.</summary>
    public static JsonObject? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonNode.Parse(bytes) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member that is a text; null when it is missing or something else.</summary>
    public static string? Text(this JsonNode? node, string name) =>
        node is JsonObject value && value[name] is JsonValue member && member.TryGetValue(out string? text) ? text : null;

    /// <summary>A member that is a whole number; null when it is missing or something else.</summary>
    public static long? Number(this JsonNode? node, string name) =>
        node is JsonObject value && value[name] is JsonValue member && member.TryGetValue(out long number) ? number : null;

    /// <summary>A member that is an object; null when it is missing or something else.</summary>
    public static JsonObject? Object(this JsonNode? node, string name) => (node as JsonObject)?[name] as JsonObject;

    /// <summary>The objects of a member that is a list; none when it is missing or something else.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonNode? node, string name) =>
        (node as JsonObject)?[name] is JsonArray list ? list.OfType<JsonObject>() : [];
}
