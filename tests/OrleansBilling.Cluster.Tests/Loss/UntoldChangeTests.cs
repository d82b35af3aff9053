using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Loss;

/// <summary>An activation ends after it has stored a change and before its balance has heard of it: whoever calls the VM next, the balance hears.</summary>
public sealed class UntoldChangeTests
{
    [Fact]
    public async Task E2_C1_A_change_that_was_stored_and_never_told_is_told_when_somebody_only_looks_at_the_vm()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await OtherActivation.Stores(cluster, "a", cluster.Clock.Now, VmStatus.Stopped);
        await cluster.Cluster.DeactivateAsync(cluster.Vm("a"));
        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));

        await cluster.Billing.GetVmHistory(cluster.Tenant, "a");
        await cluster.AdvanceTo(cluster.Clock.Now);
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
    }
}
