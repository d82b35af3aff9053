using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Loss;

/// <summary>Nobody calls, no timer is left: the sweep finds what is overdue and wakes it (E1, E2).</summary>
public sealed class SweepTests
{
    [Fact]
    public async Task E1_a_balance_whose_activation_is_gone_stops_its_vms_all_the_same()
    {
        await using var cluster = await Ladder.Begin(Ladder.Sweeping);
        await cluster.AdvanceTo(Ladder.At("11:05:00"));
        await cluster.Cluster.DeactivateAsync(cluster.Vm("a"));
        await cluster.Cluster.DeactivateAsync(cluster.Balance);
        cluster.Clock.AdvanceTo(Ladder.Exhausted.AddSeconds(2));
        await Eventually.Holds(() => cluster.Orders(OrderKind.Stop) is [{ State: OrderState.Confirmed }], "the VM is stopped");
        Assert.Equal(Ladder.Exhausted, cluster.Orders(OrderKind.Stop)[0].At);
    }

    [Fact]
    public async Task E6_a_balance_whose_activation_is_gone_deletes_its_vms_all_the_same()
    {
        await using var cluster = await Ladder.Begin(Ladder.Sweeping);
        await cluster.AdvanceTo(Ladder.At("11:37:00"));
        await cluster.Cluster.DeactivateAsync(cluster.Vm("a"));
        await cluster.Cluster.DeactivateAsync(cluster.Balance);
        cluster.Clock.AdvanceTo(Ladder.Deletion.AddSeconds(2));
        await Eventually.Holds(() => cluster.Orders(OrderKind.Delete) is [{ State: OrderState.Confirmed }], "the VM is deleted");
        Assert.Equal(Ladder.Deletion, cluster.Orders(OrderKind.Delete)[0].At);
    }

    [Theory]
    [InlineData(VmRequest.PowerOff, VmStatus.Stopped)]
    [InlineData(VmRequest.Reboot, VmStatus.Running)]
    [InlineData(VmRequest.Delete, VmStatus.Deleted)]
    public async Task E2_a_vm_that_is_stuck_between_two_statuses_asks_its_platform_again(VmRequest request, VmStatus done)
    {
        var platform = new HandPlatform();
        await using var cluster = await Ladder.Begin(platform, Ladder.Sweeping, topUp: "100");
        platform.IsDown = true;
        await cluster.Ask("a", request, "op");
        await cluster.Cluster.DeactivateAsync(cluster.Vm("a"));
        Assert.Empty(platform.Of(request, "a"));
        platform.IsDown = false;

        cluster.Clock.AdvanceTo(Ladder.At("10:01:01"));
        await platform.Confirm(cluster, request, "a");
        Assert.Equal("op", Assert.Single(platform.Operations(request, "a")));
        Assert.Equal(done, await cluster.StatusOf("a"));
    }
}
