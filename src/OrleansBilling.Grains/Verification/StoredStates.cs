using Orleans.Metadata;
using Orleans.Storage;

namespace OrleansBilling.Grains.Verification;

/// <summary>Reads grain state where the grains keep it, waking none of them.</summary>
internal sealed class StoredStates([FromKeyedServices(StorageNames.State)] IGrainStorage storage, GrainTypeResolver types)
{
    /// <summary>What a grain has stored under a name; null when nothing is.</summary>
    public async Task<T?> Find<T>(Type grain, string key, string name) where T : class
    {
        var state = new GrainState<T>();
        await storage.ReadStateAsync(name, GrainId.Create(types.GetGrainType(grain), key), state);
        return state.RecordExists ? state.State : null;
    }
}
