using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>Every silo looks now and then for what its timers and reminders have lost.</summary>
internal sealed class Sweep(World world, Silo silo)
{
    /// <summary>How long nothing that is overdue goes unseen.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(20);

    public void Begin() => world.Schedule.After(world.Seconds(0, 20), Look);

    private void Look()
    {
        world.Schedule.After(Every, Look);
        if (!silo.IsUp || silo.IsFrozen) return;
        var (now, stored) = (silo.Now, world.Store.Stored);
        var balance = stored.Balance;
        var due = stored.DueAt <= now.AddSeconds(-1)
            || (stored.RulesRevision < world.Store.Rules.Revision && balance.HasVms)
            || balance.Orders.Values.Any(order => order.At <= now.AddSeconds(-60));
        if (due) world.WakeBalance(silo);
        foreach (var vm in balance.Vms.Values.OrderBy(vm => vm.Ordinal)) // a dictionary's order differs from process to process
            if (vm.NextCharge <= now.AddSeconds(-30) || (IsBetween(vm.Status) && vm.Reading.Through <= now.AddSeconds(-60)))
                world.Wake(silo, vm.Id);
    }

    private static bool IsBetween(VmStatus status) =>
        status is VmStatus.Creating or VmStatus.Starting or VmStatus.Stopping or VmStatus.Rebooting or VmStatus.Deleting;
}
