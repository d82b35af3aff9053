using System.Text.Json;
using Orleans.Storage;

namespace OrleansBilling.Cluster.Tests.Support;

/// <summary>Grain state as the host keeps it.</summary>
internal sealed class PlainJson : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input, Options)!;
}
