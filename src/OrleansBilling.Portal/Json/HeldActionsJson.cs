using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Portal.Json;

/// <summary>What a hold keeps from happening, as a list: <c>["stopping", "deletion"]</c>.</summary>
internal sealed class HeldActionsJson : JsonConverter<HeldActions>
{
    public override HeldActions Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Refused();
        var actions = HeldActions.None;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            actions |= (reader.TokenType == JsonTokenType.String ? reader.GetString() : null) switch
            {
                "stopping" => HeldActions.Stopping,
                "deletion" => HeldActions.Deletion,
                _ => throw Refused(),
            };
        return actions;
    }

    public override void Write(Utf8JsonWriter writer, HeldActions value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        if (value.HasFlag(HeldActions.Stopping)) writer.WriteStringValue("stopping");
        if (value.HasFlag(HeldActions.Deletion)) writer.WriteStringValue("deletion");
        writer.WriteEndArray();
    }

    private static JsonRefusedException Refused() => new("invalid_actions", "Actions are a list of \"stopping\" and \"deletion\".");
}
