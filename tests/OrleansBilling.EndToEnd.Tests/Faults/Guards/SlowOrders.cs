using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;

namespace OrleansBilling.EndToEnd.Tests.Faults.Guards;

/// <summary>Orders take their time to reach a VM, so that much can happen meanwhile; who wants no guard gets a yes whenever a VM asks whether one still holds.</summary>
internal sealed class SlowOrders(bool obeyWithoutAsking) : IIncomingGrainCallFilter
{
    /// <summary>How long. Longer than the checker allows clocks and messages to differ.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(8);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        switch (context.InterfaceMethod.Name)
        {
            case nameof(IBalanceGrain.BeginOrder) when obeyWithoutAsking:
                context.Result = true;
                return;
            case nameof(IVmGrain.Obey) when context.Request.GetArgument(0) is OrderMessage { Kind: Domain.Balances.OrderKind.Stop }:
                await Task.Delay(Time);
                break;
        }
        await context.Invoke();
    }
}
