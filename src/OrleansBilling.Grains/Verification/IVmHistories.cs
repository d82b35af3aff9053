using Orleans.Metadata;
using Orleans.Storage;
using OrleansBilling.Contracts;
using OrleansBilling.Grains.Vms;

namespace OrleansBilling.Grains.Verification;

/// <summary>What is stored of VMs.</summary>
public interface IVmHistories
{
    /// <summary>The VM as it is stored; null when nothing is.</summary>
    Task<VmState?> Find(BalanceId balance, string vm);
}

/// <summary>Reads grain state where the grains keep it, waking none of them.</summary>
internal sealed class StoredVmHistories([FromKeyedServices(StorageNames.State)] IGrainStorage storage, GrainTypeResolver types) : IVmHistories
{
    private readonly GrainType type = types.GetGrainType(typeof(VmGrain));

    public async Task<VmState?> Find(BalanceId balance, string vm)
    {
        var state = new GrainState<VmState>();
        await storage.ReadStateAsync(VmGrain.StateName, GrainId.Create(type, $"{balance}/{vm}"), state);
        return state.RecordExists ? state.State : null;
    }
}
