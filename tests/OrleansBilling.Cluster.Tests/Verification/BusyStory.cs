using OrleansBilling.Cluster.Tests.Once;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Verification;

/// <summary>A ledger with every kind of entry and portion, from three VMs: one that was corrected, one that was deleted, one that runs.</summary>
internal static class BusyStory
{
    public static async Task<BillingCluster> Play(Action<ClusterSetup>? configure = null)
    {
        var cluster = await Begin(configure);
        await GoOn(cluster);
        return cluster;
    }

    public static async Task<BillingCluster> Begin(Action<ClusterSetup>? configure = null)
    {
        var cluster = await BillingCluster.Start(configure);
        await cluster.TopUp("20", "first");
        await cluster.Ledger.AddPrice("vn", new AddPrice("dearer", "1xH100", HourlyPrice.Parse("3.6"), Ladder.At("10:20:00")));
        return cluster;
    }

    public static async Task GoOn(BillingCluster cluster)
    {
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("plan", "0.5", ["gpu-vm"]) with { Kind = CreditKind.BillingPlan });
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("spring", "2", ["gpu-vm", "inference"]) with { Expires = Ladder.At("10:40:00") });
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("later", "0.4", ["gpu-vm"]) with { Effective = Ladder.At("10:50:00"), Expires = Ladder.At("12:00:00") });
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("books", "1", ["ai-notebook"]) with { Expires = Ladder.At("11:00:00") });
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("mistake", "1", ["model-hub"]));
        await Commanded.Send(cluster, "charge", "used", "0.3");
        await Commanded.Send(cluster, "adjust", "put-right", "0.25");
        await cluster.Balance.Adjust(Commanded.Adjustment("made-up", "0.05", CreditKind.Voucher, "lot-made-up"), "by grace");
        await cluster.Balance.Adjust(Commanded.Adjustment("too-much", "-0.1", CreditKind.Voucher, "lot-spring"), "by grace");
        await cluster.Create("a");
        await cluster.Create("b");
        await cluster.AdvanceTo(Ladder.At("10:16:00"));
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:10:00"), VmStatus.Error)); // late: a correction follows
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:26:00"), VmStatus.Running));
        await cluster.AdvanceTo(Ladder.At("10:35:00.5"));
        await cluster.Ask("b", VmRequest.Delete);
        await cluster.Create("c");
        await Commanded.Send(cluster, "charge", "used-again", "0.2");
        await Commanded.Send(cluster, "take-back", "refunded", "0.1");
        await cluster.Balance.RevokeCredit("lot-mistake", "a mistake");
        await cluster.AdvanceTo(Ladder.At("11:31:00"));
    }
}
