using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Grains.Vms;

namespace OrleansBilling.Cluster.Tests.Fencing;

/// <summary>Another activation of a VM, played by the test, records a change and tells the balance; this one does not know of it (C1).</summary>
public sealed class VmBehindTests
{
    [Fact]
    public async Task E2_C1_a_vm_that_is_behind_hears_so_from_its_balance_reads_again_and_obeys()
    {
        var platform = new HandPlatform();
        await using var cluster = await Ladder.Begin(platform, topUp: "5");
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await cluster.Ask("a", VmRequest.PowerOff);
        await platform.Confirm(cluster, VmRequest.PowerOff, "a");
        await cluster.AdvanceTo(Ladder.At("10:06:00"));
        await BecomeBehind(cluster, VmStatus.Running);

        // It takes itself for Stopped: there is nothing to stop.
        await cluster.Billing.Charge(cluster.Tenant, new ChargeProduct("use", "inference", Currency.Usd, Amount.Parse("6"), "x"));
        var stop = Assert.Single(cluster.Orders(OrderKind.Stop));
        await cluster.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains($"order/stop-{stop.Number}", platform.Operations(VmRequest.PowerOff, "a"));
        await platform.Confirm(cluster, VmRequest.PowerOff, "a");
        Assert.Equal(OrderState.Confirmed, Assert.Single(cluster.Orders(OrderKind.Stop)).State);
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
    }

    private static async Task BecomeBehind(BillingCluster cluster, VmStatus status)
    {
        var storage = cluster.Cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(StorageNames.State);
        var (vm, stored, now) = (cluster.Vm("a").GetGrainId(), new GrainState<VmState>(), cluster.Clock.Now);
        await storage.ReadStateAsync("vm", vm, stored);
        var history = stored.State.ToHistory().With(new StatusChange(now, status));
        stored.State = stored.State.With(history);
        await storage.WriteStateAsync("vm", vm, stored);

        var rules = await cluster.Service<RegionRules>().Of(cluster.Tenant.Region);
        var reading = new MeterReading(stored.State.Revision, now, history.UsageThrough(now, rules.Prices["1xH100"]), status, history.FirstRunning);
        Assert.Equal(ReadingResult.Taken, (await cluster.Balance.Report("a", reading, new VmTraits("a"))).Result);
    }
}
