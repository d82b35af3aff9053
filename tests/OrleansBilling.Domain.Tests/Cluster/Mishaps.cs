namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>What goes wrong by itself: silos, clocks, the storage, machines.</summary>
internal sealed class Mishaps(World world)
{
    private readonly Random random = world.Random;

    public void Begin() => world.Schedule.After(world.Seconds(1, 60), Something);

    /// <summary>Everything works from now on.</summary>
    public void End()
    {
        world.Faults.Heal();
        world.Database.Heal();
        foreach (var silo in world.Silos) silo.Heal();
        world.Platform.Heal();
        world.Store.Revise(rules => rules with { Holds = [.. rules.Holds.Select(hold => hold.Until > world.Now ? hold with { Until = world.Now } : hold)] });
        foreach (var hold in world.Store.Stored.Balance.Holds) world.Client.Tell(step => step.Release(hold.Id));
    }

    private void Something()
    {
        if (world.HealedAt is not null) return;
        world.Schedule.After(world.Seconds(1, 120), Something);
        var (faults, silo) = (world.Faults, world.Silos[random.Next(3)]);
        if (faults.Strike(faults.StorageOutages)) world.Database.GoDown(world.Seconds(1, random.Next(8) == 0 ? 2400 : 60));
        if (faults.Strike(faults.Kills) && silo.IsUp) silo.Kill(world.Seconds(1, 120));
        if (faults.Strike(faults.Freezes) && silo.IsUp) silo.Freeze(world.Seconds(1, random.Next(4) == 0 ? 2400 : 90));
        if (faults.Strike(faults.ClockJumps)) Jump(silo);
        if (faults.Strike(faults.Evictions)) silo.Balance?.End();
        if (faults.Strike(faults.Evictions) && silo.Vms.Count > 0) silo.Vms.Values.ElementAt(random.Next(silo.Vms.Count)).End();
        if (faults.Strike(faults.OwnReports)) world.Platform.ReportOnOwnAccount();
    }

    private void Jump(Silo silo)
    {
        switch (random.Next(5))
        {
            case 0: silo.Jump(TimeSpan.FromHours(3)); break;
            case 1: silo.Jump(TimeSpan.FromHours(-2)); break;
            case 2: silo.Jump(TimeSpan.FromMilliseconds(1900)); break; // wrong, but not by enough to be kept from writing
            case 3: silo.Jump(TimeSpan.FromMilliseconds(-1900)); break;
            default: silo.Race(); break;
        }
        world.Schedule.After(world.Seconds(1, 900), silo.CorrectClock);
    }
}
