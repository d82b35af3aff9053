using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>A machine undoes what it was ordered before its balance has heard that it was done: the order comes again (E2, E9).</summary>
public sealed class ObeyedOnceTests
{
    private const int AllOfThem = 1000;

    private readonly World world = new(seed: 1, Sabotage.None);

    [Fact]
    public void E2_A_stop_that_was_obeyed_and_undone_before_the_balance_heard_of_it_is_void_and_the_next_one_is_obeyed()
    {
        SynchronizationContext.SetSynchronizationContext(null); // as when a seed is played
        world.Faults.Heal();
        Post((operation, amount) => step => step.TopUp(operation, Currency.Usd, amount, "card"));
        Until(() => world.Store.Stored.Balance.EntryCount == 1);
        world.Client.Create("a", "1xH100", autoResume: false);
        Until(() => Status == VmStatus.Running && world.Store.Stored.Balance.Orders.IsEmpty);
        Post((operation, amount) => step => step.Charge(operation, ProductCode.Parse("inference"), Currency.Usd, amount, "use"));
        Until(() => Status == VmStatus.Stopping && Stop.State == OrderState.Begun);
        var first = Stop;

        world.Faults.LostCalls = AllOfThem;
        Tell(VmStatus.Stopped, first.Id);
        Tell(VmStatus.Running, null);
        world.Faults.LostCalls = 0;
        Assert.Equal((VmStatus.Running, OrderState.Begun), (Status, Stop.State));
        world.Tell(new OrderMessage(first.Id, first.Kind, first.Vm, first.At, "1xH100", new VmTraits("a")));

        Until(() => Status == VmStatus.Stopped && world.Store.Stored.Balance.Orders.IsEmpty);
        Assert.Equal([$"{first.Id} Void", $"order/stop-{first.Number + 1} Confirmed"], world.Audit.Versions
            .SelectMany(version => version.Balance.Orders.Keys).Where(id => id.Contains("stop", StringComparison.Ordinal)).Distinct().Select(id => $"{id} {world.Audit.Machines.StateOf(id)}"));
        Assert.Null(world.Violation);
    }

    private VmStatus? Status => world.Store.Vms.GetValueOrDefault("a")?.State.History.Status;

    private Order Stop => Assert.Single(world.Store.Stored.Balance.Orders.Values, order => order.Kind == OrderKind.Stop);

    private void Post(Client.Posting posting) => world.Client.Post(posting, new Amount(3_000_000));

    private void Tell(VmStatus status, string? operation)
    {
        var activation = world.Silos.Select(silo => silo.Vms.GetValueOrDefault("a")).Single(activation => activation is not null)!;
        world.Watch(activation.Report(new StatusReport(world.Now, status, operation)));
        Until(() => Status == status);
        var heard = false; // or it would have been by then
        world.Schedule.After(TimeSpan.FromSeconds(1), () => heard = true);
        Until(() => heard);
    }

    private void Until(Func<bool> happened)
    {
        var end = world.Now.AddMinutes(3);
        while (!happened()) Assert.True(world.Schedule.Next(end), "it did not happen within three minutes");
    }
}
