using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Grains.Vms;

namespace OrleansBilling.Cluster.Tests.Support;

/// <summary>Another activation of a VM, as there may be two around a failure (C1): it records a change behind the back of the one that is called.</summary>
internal static class OtherActivation
{
    /// <summary>Stores the change and tells the balance.</summary>
    public static async Task Records(BillingCluster cluster, string vm, DateTimeOffset at, VmStatus status)
    {
        var stored = await Stores(cluster, vm, at, status);
        var history = stored.ToHistory();
        var rules = await cluster.Service<RegionRules>().Of(cluster.Tenant.Region);
        var reading = new MeterReading(stored.Revision, at, history.UsageThrough(at, rules.Prices[stored.Package]), status, history.FirstRunning);
        Assert.Equal(ReadingResult.Taken, (await cluster.Balance.Report(vm, reading, new VmTraits(vm))).Result);
    }

    /// <summary>Stores the change, and ends before it tells anybody.</summary>
    public static async Task<VmState> Stores(BillingCluster cluster, string vm, DateTimeOffset at, VmStatus status)
    {
        var storage = cluster.Cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(StorageNames.State);
        var (grain, stored) = (cluster.Vm(vm).GetGrainId(), new GrainState<VmState>());
        await storage.ReadStateAsync("vm", grain, stored);
        stored.State = stored.State!.With(stored.State.ToHistory().With(new StatusChange(at, status)));
        await storage.WriteStateAsync("vm", grain, stored);
        return stored.State;
    }
}
