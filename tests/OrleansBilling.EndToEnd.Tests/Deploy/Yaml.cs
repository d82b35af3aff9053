using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>YAML as JSON, with its anchors and merges resolved. Every value is a text, as it stands.</summary>
internal static class Yaml
{
    public static JsonObject Read(string file)
    {
        var text = File.ReadAllText(file);
        // Nothing is said twice; what is merged may be said otherwise.
        new DeserializerBuilder().WithDuplicateKeyChecking().Build().Deserialize<object>(text);
        using var reader = new StringReader(text);
        var value = new DeserializerBuilder().Build().Deserialize<object>(new MergingParser(new Parser(reader)));
        return JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(value))!.AsObject();
    }

    /// <summary>A list of texts, or of nothing where there is none.</summary>
    public static string[] Texts(this JsonNode? list) => [.. list?.AsArray().Select(text => text!.ToString()) ?? []];

    /// <summary>The names of an object, or of nothing where there is none.</summary>
    public static string[] Names(this JsonNode? map) => map switch
    {
        JsonObject named => [.. named.Select(pair => pair.Key)],
        JsonArray => map.Texts(),
        _ => [],
    };

    public static Dictionary<string, string> Map(this JsonNode? map) => map?.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.ToString()) ?? [];
}
