using System.Collections.Concurrent;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Metering;

namespace OrleansBilling.EndToEnd.Tests.Faults.Guards;

/// <summary>What a design does that trusts its reminders: usage grows when one comes, and what a status change says of it is nothing.</summary>
internal sealed class CountedTicks : IIncomingGrainCallFilter, IOutgoingGrainCallFilter
{
    private const int Reading = 1; // the argument of Report

    private readonly AsyncLocal<bool> ticking = new();
    private readonly ConcurrentDictionary<string, Usage> counted = new();

    public Task Invoke(IIncomingGrainCallContext context)
    {
        ticking.Value = context.InterfaceMethod.Name == nameof(IRemindable.ReceiveReminder);
        return context.Invoke();
    }

    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod is { Name: nameof(IBalanceGrain.Report), DeclaringType: { } owner } && owner == typeof(IBalanceGrain) && context.Request.GetArgument(Reading) is MeterReading reading)
        {
            var vm = $"{context.TargetId}/{context.Request.GetArgument(0)}";
            if (ticking.Value) counted[vm] = reading.Usage;
            else context.Request.SetArgument(Reading, reading with { Usage = counted.GetValueOrDefault(vm, Usage.None) });
        }
        return context.Invoke();
    }
}
