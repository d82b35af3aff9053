namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>A process that stands still and wakes goes on with all that it was doing, in the order in which it would have happened (F3).</summary>
public sealed class FrozenSiloTests
{
    private readonly World world = new(seed: 1, Sabotage.None);
    private readonly List<int> happened = [];

    [Fact]
    public void F3_What_slept_goes_on_when_its_silo_wakes()
    {
        Silo.Freeze(TimeSpan.FromMinutes(40));
        Silo.After(TimeSpan.FromMinutes(1), () => happened.Add(1));
        Silo.After(TimeSpan.FromMinutes(2), () => happened.Add(2));
        Go(TimeSpan.FromMinutes(39));
        Assert.Empty(happened);
        Go(TimeSpan.FromMinutes(1));
        Assert.Equal([1, 2], happened);
    }

    [Fact]
    public void C5_What_slept_goes_on_when_its_silo_is_healed_before_it_would_have_woken()
    {
        Silo.Freeze(TimeSpan.FromMinutes(40));
        Silo.After(TimeSpan.FromMinutes(1), () => happened.Add(1));
        Go(TimeSpan.FromMinutes(2));
        Silo.Heal();
        Go(TimeSpan.Zero);
        Assert.Equal([1], happened);
    }

    [Fact]
    public void F1_What_slept_in_a_silo_that_was_killed_never_goes_on()
    {
        Silo.Freeze(TimeSpan.FromMinutes(40));
        Silo.After(TimeSpan.FromMinutes(1), () => happened.Add(1));
        Go(TimeSpan.FromMinutes(2));
        Silo.Kill(TimeSpan.FromMinutes(1));
        Go(TimeSpan.FromHours(1));
        Assert.Empty(happened);
    }

    private Silo Silo => world.Silos[0];

    private void Go(TimeSpan time)
    {
        var end = world.Now + time;
        world.Schedule.At(end, () => { });
        while (world.Schedule.Next(end)) { }
    }
}
