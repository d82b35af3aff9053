namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>
/// Plays one seed: so many events of a life with faults, then some minutes in which everything works again, then a last look at all.
/// </summary>
internal static class ClusterSimulation
{
    private static readonly TimeSpan Forever = TimeSpan.FromDays(365);

    public static World Play(int seed, int steps, Sabotage sabotage = Sabotage.None)
    {
        // What waits goes on where it is called, and never on a context of the test runner, which would do it in an order of its own.
        SynchronizationContext.SetSynchronizationContext(null);
        var world = new World(seed, sabotage);
        foreach (var silo in world.Silos) new Sweep(world, silo).Begin();
        var mishaps = new Mishaps(world);
        mishaps.Begin();
        new Life(world).Begin();
        new Promptness(world).Begin();

        while (world.Violation is null && world.Schedule.Steps < steps && world.Schedule.Next(Schedule.Start + Forever)) { }

        world.HealedAt = world.Now;
        mishaps.End();
        Go(world, TimeSpan.FromMinutes(2));
        world.Audit.Enforcement.CheckOrders(orderedBefore: world.HealedAt.Value);
        Go(world, TimeSpan.FromMinutes(14)); // each VM's next reminder: what its balance knew too late is corrected then
        world.Audit.Promises.CheckAll();
        world.Audit.Money.CheckAll();
        world.Audit.Usage.CheckAll();
        return world;
    }

    private static void Go(World world, TimeSpan time)
    {
        var end = world.Now + time;
        while (world.Violation is null && world.Schedule.Next(end)) { }
        world.Schedule.At(end, () => { });
        while (world.Violation is null && world.Schedule.Next(end)) { }
    }
}
