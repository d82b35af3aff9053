using OrleansBilling.Contracts;
using OrleansBilling.Grains.Vms;

namespace OrleansBilling.Grains.Verification;

/// <summary>What is stored of VMs.</summary>
public interface IVmHistories
{
    /// <summary>The VM as it is stored; null when nothing is.</summary>
    Task<VmState?> Find(BalanceId balance, string vm);
}

/// <inheritdoc/>
internal sealed class StoredVmHistories(StoredStates states) : IVmHistories
{
    public Task<VmState?> Find(BalanceId balance, string vm) => states.Find<VmState>(typeof(VmGrain), $"{balance}/{vm}", VmGrain.StateName);
}
