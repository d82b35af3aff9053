using System.Text.Json;
using Orleans.Storage;

namespace OrleansBilling.Host.Storage;

/// <summary>Grain state as plain JSON by property names: renaming a class breaks nothing, unlike the provider's default.</summary>
internal sealed class StateSerializer : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input, Options)!;
}
