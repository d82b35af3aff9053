using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Fencing;

/// <summary>An activation of a VM does not know what another one has recorded: it hears so from the balance (C1).</summary>
public sealed class VmBehindTests
{
    [Fact]
    public async Task E2_C1_a_vm_that_takes_itself_for_stopped_reads_again_that_it_runs_and_obeys_the_stop()
    {
        var platform = new HandPlatform();
        await using var cluster = await Ladder.Begin(platform, topUp: "5");
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await cluster.Ask("a", VmRequest.PowerOff);
        await platform.Confirm(cluster, VmRequest.PowerOff, "a");
        await cluster.AdvanceTo(Ladder.At("10:06:00"));
        await OtherActivation.Records(cluster, "a", cluster.Clock.Now, VmStatus.Running);

        await cluster.Billing.Charge(cluster.Tenant, new ChargeProduct("use", "inference", Currency.Usd, Amount.Parse("6"), "x"));
        var stop = Assert.Single(cluster.Orders(OrderKind.Stop));
        await cluster.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains($"order/stop-{stop.Number}", platform.Operations(VmRequest.PowerOff, "a"));
        await platform.Confirm(cluster, VmRequest.PowerOff, "a");
        Assert.Equal(OrderState.Confirmed, Assert.Single(cluster.Orders(OrderKind.Stop)).State);
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
    }
}
