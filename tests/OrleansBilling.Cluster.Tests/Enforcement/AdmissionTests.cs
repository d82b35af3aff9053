using OrleansBilling.Cluster.Tests.Once;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Enforcement;

/// <summary>Who may begin what with how much money (policy 4.1, 4.2; E7, E8).</summary>
public sealed class AdmissionTests
{
    [Fact]
    public async Task E7_F14_of_two_hundred_creates_at_once_with_money_for_three_and_a_half_hours_exactly_three_are_admitted()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.TopUp("8.89");
        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            cluster.Billing.CreateVm(cluster.Tenant, new CreateVm($"op-{i}", $"vm-{i}", "1xH100", "x", AutoResume: false))));
        Assert.Equal(3, replies.Count(reply => reply.Result == AdmissionResult.Admitted));
        var refusals = replies.Where(reply => reply.Result != AdmissionResult.Admitted).ToList();
        Assert.All(refusals, refusal => Assert.Equal(
            (AdmissionResult.Refused, Amount.Parse("10.16"), Amount.Parse("8.89"), Amount.Parse("1.27")), (refusal.Result, refusal.Need, refusal.Have, refusal.Shortfall)));
        Assert.Equal(3, (await cluster.Billing.ListVms(cluster.Tenant)).Length);
        Assert.Equal(3, cluster.Orders(OrderKind.Create).Count);
    }

    [Fact]
    public async Task E7_the_same_with_a_ledger_that_loses_answers()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        await cluster.TopUp("8.89");
        ledger.LoseNextAnswer();
        ledger.FailNext();
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            cluster.Billing.CreateVm(cluster.Tenant, new CreateVm($"op-{i}", $"vm-{i}", "1xH100", "x", AutoResume: false))));
        Assert.Equal(3, replies.Count(reply => reply.Result == AdmissionResult.Admitted));
        Assert.Equal(3, (await cluster.Billing.ListVms(cluster.Tenant)).Length);
    }

    [Fact]
    public async Task E8_P4_1_below_one_hour_create_power_on_and_reboot_are_refused_with_the_numbers_and_nothing_else_is()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        await cluster.Create("off");
        await cluster.Ask("off", VmRequest.PowerOff);
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("notebook", "9", ["ai-notebook"]));
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("later", "9") with { Effective = Ladder.At("23:00:00") });
        await cluster.AdvanceTo(Ladder.At("11:15:01")); // about 3.64 left, and the hour costs 5.08

        var create = await cluster.Create("b");
        Assert.Equal((AdmissionResult.Refused, Amount.Parse("7.62")), (create.Result, create.Need));
        Assert.Equal(create.Need - create.Have, create.Shortfall);
        Assert.Equal((await cluster.Billing.GetBalance(cluster.Tenant)).Live, create.Have);
        Assert.Equal(["lot-notebook", "lot-later"], create.NotCounted.Select(lot => lot.Id));
        foreach (var (vm, request) in new[] { ("off", VmRequest.PowerOn), ("a", VmRequest.Reboot) })
        {
            var reply = await cluster.Ask(vm, request);
            Assert.Equal((VmRequestResult.Refused, Amount.Parse("5.08")), (reply.Result, reply.Admission!.Need));
        }

        Assert.Equal(VmRequestResult.Accepted, (await cluster.Ask("a", VmRequest.PowerOff)).Result);
        Assert.Equal(VmRequestResult.Accepted, (await cluster.Billing.ChangeVm(cluster.Tenant, "a", new ChangeVm("rename", "renamed", null, null))).Result);
        Assert.Equal(VmRequestResult.Accepted, (await cluster.Ask("off", VmRequest.Delete)).Result);
        Assert.Equal(PostingResult.Posted, (await cluster.TopUp("1")).Result);
        Assert.Equal("renamed", (await cluster.Billing.FindVm(cluster.Tenant, "a"))!.Name);
    }

    [Fact]
    public async Task E8_P4_2_one_micro_unit_is_the_difference_and_a_deleted_vm_frees_its_hour()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.TopUp("2.539999");
        var refused = await cluster.Create("a");
        Assert.Equal((AdmissionResult.Refused, new Amount(1)), (refused.Result, refused.Shortfall));
        await cluster.TopUp("0.000001");
        Assert.Equal(AdmissionResult.Admitted, (await cluster.Create("a")).Result);
        Assert.Equal(AdmissionResult.Refused, (await cluster.Create("b")).Result);
        await cluster.Ask("a", VmRequest.Delete);
        Assert.Equal(AdmissionResult.Admitted, (await cluster.Create("b")).Result);
    }
}
