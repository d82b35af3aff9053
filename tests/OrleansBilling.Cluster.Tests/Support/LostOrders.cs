using OrleansBilling.Contracts.Vms;

namespace OrleansBilling.Cluster.Tests.Support;

/// <summary>While it is closed no order reaches a VM: one-way messages get lost.</summary>
internal sealed class LostOrders : IIncomingGrainCallFilter
{
    public bool Closed { get; set; }

    public Task Invoke(IIncomingGrainCallContext context) =>
        Closed && context.InterfaceMethod?.Name == nameof(IVmGrain.Obey) ? Task.CompletedTask : context.Invoke();
}
