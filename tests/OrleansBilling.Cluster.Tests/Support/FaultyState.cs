using System.Collections.Concurrent;
using Orleans.Storage;

namespace OrleansBilling.Cluster.Tests.Support;

/// <summary>A storage of grain state whose writes of one name fail as a test says: before anything is written, or when it is and nobody hears of it.</summary>
internal sealed class FaultyState(string name)
{
    private readonly ConcurrentQueue<Fault> faults = new();

    public enum Fault
    {
        None,
        Failed,
        Unheard,
    }

    /// <summary>What happens to the next writes, in this order; those after them are sound.</summary>
    public void Next(params Fault[] next)
    {
        foreach (var fault in next) faults.Enqueue(fault);
    }

    public IGrainStorage Around(IGrainStorage storage) => new Between(this, storage);

    private sealed class Between(FaultyState state, IGrainStorage storage) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.ReadStateAsync(stateName, grainId, grainState);

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.ClearStateAsync(stateName, grainId, grainState);

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var fault = stateName == state.Name && state.faults.TryDequeue(out var next) ? next : Fault.None;
            if (fault == Fault.Failed) throw new IOException("The storage cannot be reached.");
            await storage.WriteStateAsync(stateName, grainId, grainState);
            if (fault == Fault.Unheard) throw new IOException("The answer of the storage is lost.");
        }
    }

    private string Name => name;
}
