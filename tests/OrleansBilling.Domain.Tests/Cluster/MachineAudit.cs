using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>Machines obey what holds, once, and statuses follow the table (E2, E3, E5, E9, E10).</summary>
internal sealed class MachineAudit(World world)
{
    private readonly Dictionary<string, OrderState> orders = [];
    private readonly HashSet<string> begun = [];
    private readonly Dictionary<string, string> deletions = []; // by VM the operation that deletes it
    private readonly HashSet<(string Vm, string Operation)> executed = [];

    public OrderState StateOf(string order) => orders[order];

    public void Committed(Commit commit)
    {
        foreach (var happened in commit.Events)
        {
            var order = happened is OrderIssued issued ? issued.Order : happened is OrderMoved moved ? moved.Order : null;
            if (order is null) continue;
            if (orders.TryGetValue(order.Id, out var state) && state is OrderState.Confirmed or OrderState.Void) world.Violated("E2", $"{order.Id} was {state} and is {order.State}");
            orders[order.Id] = order.State;
            if (order.State == OrderState.Begun) begun.Add(order.Id);
        }
        foreach (var vm in commit.After.Balance.Vms.Values)
            if (commit.Before.Balance.Vms.TryGetValue(vm.Id, out var before) && before.Status != vm.Status && !IsAllowed(before.Status, vm.Status))
                world.Violated("E10", $"the balance knows {vm.Id} as {before.Status} and then as {vm.Status}");
        // A machine that has failed neither stops nor starts: an order to do so would wait for as long as nobody repairs it.
        foreach (var order in commit.After.Balance.Orders.Values)
            if (order.Kind != OrderKind.Delete && commit.After.Balance.Vms[order.Vm].Status == VmStatus.Error)
                world.Violated("E2", $"{order.Id} waits for {order.Vm}, which has failed, and is {order.State}");
    }

    public void Wrote(string vm, VmState? before, VmState after)
    {
        var changes = after.History.Changes;
        for (var i = 0; i < changes.Length; i++)
        {
            if (i == 0 ? changes[0].Status != VmStatus.Creating : !IsAllowed(changes[i - 1].Status, changes[i].Status)) world.Violated("E10", $"{vm} has {changes[i]} at place {i}");
            if (i > 0 && changes[i].At < changes[i - 1].At) world.Violated("E10", $"{vm}'s history is out of order");
        }
        if (after.Pending is not { } pending || pending == before?.Pending || !pending.Id.StartsWith("order/", StringComparison.Ordinal)) return;
        // Nobody obeys a stop that the balance has not looked at again and begun: a cure may be durable already (policy 4.8).
        if (!orders.TryGetValue(pending.Id, out var state)) world.Violated("E5", $"{vm} obeys {pending.Id}, which is not in the ledger");
        else if (!begun.Contains(pending.Id) && pending.Request == VmRequest.PowerOff) world.Violated("E3", $"{vm} obeys {pending.Id}, which is {state} and was never begun");
    }

    public void Executes(string vm, string operation, VmRequest request)
    {
        if (!executed.Add((vm, operation))) world.Violated("E9", $"{operation} of {vm} is done twice");
        if (request != VmRequest.Delete) return;
        if (!deletions.TryAdd(vm, operation)) world.Violated("E9", $"{vm} is deleted by {deletions[vm]} and by {operation}");
    }

    // The table once more, by hand: nothing begins twice, and a deletion only ends.
    private static bool IsAllowed(VmStatus from, VmStatus to) => from switch
    {
        VmStatus.Deleted => false,
        VmStatus.Deleting => to == VmStatus.Deleted,
        _ => to != VmStatus.Creating,
    };
}
