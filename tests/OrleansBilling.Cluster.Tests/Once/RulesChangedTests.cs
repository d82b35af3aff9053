using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Once;

/// <summary>A rule that becomes durable between a decision and its commit: the decision is taken again, by the present rules.</summary>
public sealed class RulesChangedTests
{
    [Fact]
    public async Task A_create_decided_by_an_old_price_is_decided_again_and_refused_by_the_new_one()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        await cluster.TopUp("3");
        ledger.BeforeNext(store => store.AddPrice("vn", new AddPrice("dearer", "1xH100", HourlyPrice.Parse("5"), cluster.Clock.Now)));
        var reply = await cluster.Create("a");
        Assert.Equal((AdmissionResult.Refused, Amount.Parse("5"), Amount.Parse("3")), (reply.Result, reply.Need, reply.Have));
        Assert.Empty(await cluster.Billing.ListVms(cluster.Tenant));
    }

    [Fact]
    public async Task M5_a_top_up_decided_twice_because_the_rules_changed_is_one_entry()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        await cluster.TopUp("1");
        var loads = ledger.Loads;
        ledger.BeforeNext(store => store.AddPrice("vn", new AddPrice("later", "1xH100", HourlyPrice.Parse("5"), cluster.Clock.Now.AddHours(1))));
        Assert.Equal(2, (await cluster.TopUp("2", "op")).EntryNumber);
        Assert.Equal(2, (await cluster.Entries()).Length);
        Assert.Equal(loads, ledger.Loads);
    }

    [Fact]
    public async Task P4_11_a_hold_that_is_durable_before_the_stop_keeps_the_vm_running()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await Ladder.Begin(setup => setup.Ledger = ledger.Around);
        await cluster.AdvanceTo(Ladder.Exhausted.AddSeconds(-1));
        ledger.BeforeNext(store => store.AddHold("vn", new EnforcementHold("h", HeldActions.Stopping, "test", "me", cluster.Clock.Now, cluster.Clock.Now.AddHours(5))));
        await cluster.AdvanceTo(Ladder.Exhausted.AddMinutes(1));
        Assert.Empty(cluster.Orders(OrderKind.Stop));
        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));
    }
}
