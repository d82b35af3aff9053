using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>
/// A machine drops what it was ordered, and its platform says so up to half an hour late. Until then nobody else can know, so a
/// platform that works again says at once what it has not said yet: only then can its orders come to their end (E2).
/// </summary>
public sealed class LateReportsTests
{
    private readonly World world = new(seed: 1, Sabotage.None);

    [Fact]
    public void E2_A_stop_that_its_machine_has_dropped_is_void_and_ordered_anew_once_the_platform_says_so()
    {
        SynchronizationContext.SetSynchronizationContext(null); // as when a seed is played
        world.Faults.Heal();
        world.Client.Post((operation, amount) => step => step.TopUp(operation, Currency.Usd, amount, "card"), new Amount(3_000_000));
        Go(TimeSpan.FromSeconds(10));
        world.Client.Create("a", "1xH100", autoResume: false);
        Go(TimeSpan.FromMinutes(2));
        Assert.Equal(VmStatus.Running, Status);

        world.Client.Post((operation, amount) => step => step.Charge(operation, ProductCode.Parse("inference"), Currency.Usd, amount, "use"), new Amount(3_000_000));
        Go(TimeSpan.FromSeconds(2));
        world.Platform.Becomes("a", VmStatus.Running, saidAfter: TimeSpan.FromMinutes(30));
        Go(TimeSpan.FromMinutes(3));
        var stop = Assert.Single(world.Store.Stored.Balance.Orders.Values);
        Assert.Equal((OrderKind.Stop, OrderState.Begun, VmStatus.Stopping), (stop.Kind, stop.State, Status));

        new Mishaps(world).End();
        Go(TimeSpan.FromMinutes(2));
        Assert.Equal(OrderState.Void, world.Audit.Machines.StateOf(stop.Id));
        Assert.Equal(OrderState.Confirmed, world.Audit.Machines.StateOf($"order/stop-{stop.Number + 1}"));
        Assert.Equal(VmStatus.Stopped, Status);
        Assert.Null(world.Violation);
    }

    private VmStatus? Status => world.Store.Vms.GetValueOrDefault("a")?.State.History.Status;

    private void Go(TimeSpan time)
    {
        var end = world.Now + time;
        world.Schedule.At(end, () => { });
        while (world.Schedule.Next(end)) { }
    }
}
