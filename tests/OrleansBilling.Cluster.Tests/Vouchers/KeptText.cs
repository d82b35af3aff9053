using System.Text;
using Orleans.Storage;
using OrleansBilling.Cluster.Tests.Support;

namespace OrleansBilling.Cluster.Tests.Vouchers;

/// <summary>Reads along what grains store, as who has stolen the table would.</summary>
internal sealed class KeptText
{
    private readonly StringBuilder all = new();

    public string All
    {
        get
        {
            lock (all) return all.ToString();
        }
    }

    public IGrainStorage Around(IGrainStorage storage) => new Between(this, storage);

    private sealed class Between(KeptText kept, IGrainStorage storage) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.ReadStateAsync(stateName, grainId, grainState);

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.ClearStateAsync(stateName, grainId, grainState);

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            lock (kept.all) kept.all.Append(stateName).Append(grainId).AppendLine(new PlainJson().Serialize(grainState.State).ToString());
            return storage.WriteStateAsync(stateName, grainId, grainState);
        }
    }
}
