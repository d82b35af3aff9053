using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>Looks at calm runs now and then: what must be ordered has been, soon enough (E1, E6).</summary>
internal sealed class Promptness(World world)
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DeleteWithin = TimeSpan.FromMinutes(31);

    public void Begin()
    {
        if (world.Faults.Calm) world.Schedule.After(world.Seconds(1, 10), Look);
    }

    private void Look()
    {
        world.Schedule.After(world.Seconds(1, 15), Look);
        var (now, balance, enforcement) = (world.Now, world.Store.Stored.Balance, world.Audit.Enforcement);
        if (!IsHeld(HeldActions.Stopping, now - StopWithin) && enforcement.WasBelow(1, now - StopWithin, now))
            foreach (var vm in balance.Vms.Values)
                if (vm.Status == VmStatus.Running && world.Store.Vms[vm.Id].State.History.Changes[^1].At < now - 2 * StopWithin && !balance.Orders.Values.Any(order => order.Vm == vm.Id && order.Kind == OrderKind.Stop))
                    world.Violated("E1", $"{vm.Id} runs with {enforcement.LiveAt(world.Store.Stored, now)} micro-units and is not ordered to stop");
        if (balance.HasVms && !IsHeld(HeldActions.Deletion, now - DeleteWithin) && enforcement.WasBelow(0, now - DeleteWithin, now))
            world.Violated("E6", "below zero for 31 minutes and nothing is ordered to be deleted");
    }

    private bool IsHeld(HeldActions action, DateTimeOffset since) =>
        world.Store.Stored.Balance.Holds.Concat(world.Store.Rules.Holds).Any(hold => (hold.Actions & action) != 0 && (hold.Until > since || IsReleased(hold, since)));

    // A hold of the region that is released before its end is a new revision of the rules: the next sweep brings it to every balance.
    private bool IsReleased(EnforcementHold hold, DateTimeOffset since) => hold.Until == world.HealedAt && hold.Until + Sweep.Every > since;
}
