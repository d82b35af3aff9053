using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Once;

/// <summary>The same request of a VM again is the same request (M5, E9).</summary>
public sealed class VmRequestsTwiceTests
{
    private static readonly CreateVm Create = new("op", "a", "1xH100", "a", AutoResume: false);

    [Fact]
    public async Task M5_the_same_create_fifty_times_at_once_makes_one_vm()
    {
        var platform = new HandPlatform();
        await using var cluster = await BillingCluster.Start(setup => setup.Services = services => services.AddPlatform(platform));
        await cluster.TopUp("100");
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cluster.Billing.CreateVm(cluster.Tenant, Create)));
        await platform.Confirm(cluster, VmRequest.Create, "a");
        var later = await cluster.Billing.CreateVm(cluster.Tenant, Create);

        Assert.All(replies.Append(later), reply => Assert.Equal(AdmissionResult.Admitted, reply.Result));
        Assert.Single(await cluster.Billing.ListVms(cluster.Tenant));
        Assert.Single(cluster.Orders());
        Assert.Single(platform.Operations(VmRequest.Create, "a"));
    }

    [Fact]
    public async Task M5_the_id_of_a_create_for_another_vm_or_package_is_refused()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.TopUp("100");
        await cluster.Billing.CreateVm(cluster.Tenant, Create);
        foreach (var other in new[] { Create with { Vm = "b" }, Create with { Package = "other" }, Create with { Operation = "op2" } })
            Assert.Equal(AdmissionResult.OperationReused, (await cluster.Billing.CreateVm(cluster.Tenant, other)).Result);
        Assert.Equal("a", Assert.Single(await cluster.Billing.ListVms(cluster.Tenant)).Id);
    }

    [Fact]
    public async Task M5_E9_the_same_power_on_fifty_times_at_once_starts_once()
    {
        var platform = new HandPlatform();
        await using var cluster = await Ladder.Begin(platform, topUp: "100");
        await cluster.Ask("a", VmRequest.PowerOff);
        await platform.Confirm(cluster, VmRequest.PowerOff, "a");
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cluster.Billing.Ask(cluster.Tenant, "a", "on", VmRequest.PowerOn)));
        await platform.Confirm(cluster, VmRequest.PowerOn, "a");
        var later = await cluster.Billing.Ask(cluster.Tenant, "a", "on", VmRequest.PowerOn);

        Assert.All(replies.Append(later), reply => Assert.Equal(VmRequestResult.Accepted, reply.Result));
        Assert.Equal(VmStatus.Running, later.Status);
        Assert.Equal("on", Assert.Single(platform.Operations(VmRequest.PowerOn, "a")));
        Assert.Single(await cluster.Vm("a").History(), change => change.Status == VmStatus.Starting);
    }

    [Fact]
    public async Task M5_the_id_of_a_power_off_used_again_for_a_reboot_is_refused()
    {
        await using var cluster = await Ladder.Begin(topUp: "100");
        await cluster.Ask("a", VmRequest.PowerOff, "op");
        await cluster.Ask("a", VmRequest.PowerOn);
        Assert.Equal(VmRequestResult.OperationReused, (await cluster.Ask("a", VmRequest.Reboot, "op")).Result);
        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));
    }

    [Fact]
    public async Task M5_a_repeated_power_off_that_arrives_after_the_next_power_on_stops_nothing()
    {
        await using var cluster = await Ladder.Begin(topUp: "100");
        await cluster.Ask("a", VmRequest.PowerOff, "off");
        await cluster.Ask("a", VmRequest.PowerOn, "on");
        await cluster.Cluster.DeactivateAsync(cluster.Vm("a"));
        Assert.Equal(VmRequestResult.Accepted, (await cluster.Ask("a", VmRequest.PowerOff, "off")).Result);
        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));
    }

    [Fact]
    public async Task M5_a_change_that_is_repeated_late_undoes_nothing_and_its_id_serves_no_other()
    {
        await using var cluster = await Ladder.Begin(topUp: "100");
        var unlock = new ChangeVm("unlock", null, Locked: false, null);
        await cluster.Billing.ChangeVm(cluster.Tenant, "a", unlock);
        await cluster.Billing.ChangeVm(cluster.Tenant, "a", new ChangeVm("lock", null, Locked: true, null));

        Assert.Equal(VmRequestResult.Accepted, (await cluster.Billing.ChangeVm(cluster.Tenant, "a", unlock)).Result);
        Assert.True((await cluster.Billing.FindVm(cluster.Tenant, "a"))!.Locked);
        Assert.Equal(VmRequestResult.OperationReused, (await cluster.Billing.ChangeVm(cluster.Tenant, "a", unlock with { Name = "other" })).Result);
    }

    [Fact]
    public async Task M5_alerts_that_are_repeated_late_undo_nothing_and_their_id_serves_no_other()
    {
        await using var cluster = await Ladder.Begin(topUp: "100");
        var first = new WatchBalance("first", Amount.Parse("1"), []);
        await cluster.Billing.Watch(cluster.Tenant, first);
        await cluster.Billing.Watch(cluster.Tenant, new WatchBalance("second", Amount.Parse("2"), []));
        await cluster.Cluster.DeactivateAsync(cluster.Balance);

        Assert.True(await cluster.Billing.Watch(cluster.Tenant, first));
        Assert.Equal(Amount.Parse("2"), (await cluster.Billing.GetBalance(cluster.Tenant)).OwnThreshold);
        Assert.False(await cluster.Billing.Watch(cluster.Tenant, first with { Threshold = Amount.Parse("3") }));
    }
}
