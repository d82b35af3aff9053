using OrleansBilling.Contracts.Vms;

namespace OrleansBilling.Grains.Machines;

/// <summary>Brings a platform's reports to their VMs.</summary>
internal sealed class MachineReports(IGrainFactory grains) : IMachineReports
{
    public Task Report(Machine machine, StatusReport report) => grains.GetGrain<IVmGrain>($"{machine.Balance}/{machine.Vm}").Report(report);
}
