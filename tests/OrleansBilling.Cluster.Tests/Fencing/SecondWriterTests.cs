using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Cluster.Tests.Fencing;

/// <summary>Another activation, played by the test, commits behind the grain's back (C1, C7).</summary>
public sealed class SecondWriterTests
{
    [Fact]
    public async Task C1_the_activation_that_lost_is_refused_ends_and_the_repeated_call_succeeds_on_fresh_state()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        await cluster.TopUp("1", "first");
        await CommitBehind(cluster, step => step.TopUp("behind", Currency.Usd, Amount.Parse("10"), "x"));
        var loads = ledger.Loads;

        var mine = new TopUp("mine", Currency.Usd, Amount.Parse("100"), "x");
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => cluster.Balance.TopUp(mine));
        Assert.Equal(["first", "behind"], (await cluster.Ledger.EntriesSince(cluster.Tenant, 0, long.MaxValue)).Select(entry => entry.Operation));
        Assert.Equal(new PostingReply(PostingResult.Posted, 3), await cluster.Billing.TopUp(cluster.Tenant, mine));
        Assert.Equal(loads + 1, ledger.Loads);
        Assert.Equal(Amount.Parse("111"), (await cluster.Billing.GetBalance(cluster.Tenant)).Total);
    }

    [Fact]
    public async Task C1_M5_what_the_other_has_done_under_the_same_id_is_not_done_again()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.TopUp("1");
        await CommitBehind(cluster, step => step.TopUp("op", Currency.Usd, Amount.Parse("10"), "x"));
        Assert.Equal(new PostingReply(PostingResult.Posted, 2), await cluster.TopUp("10", "op"));
        Assert.Equal(Amount.Parse("11"), (await cluster.Billing.GetBalance(cluster.Tenant)).Total);
    }

    [Fact]
    public async Task C7_E5_an_activation_that_was_replaced_can_not_stop_what_the_other_has_saved()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.Exhausted.AddSeconds(-1));
        await CommitBehind(cluster, step => step.TopUp("cure", Currency.Usd, Amount.Parse("10"), "x"));
        await cluster.AdvanceTo(Ladder.At("11:15:01"));
        Assert.Empty(cluster.Orders(OrderKind.Stop));
        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));
        Assert.Equal("11:15:00 -0.635000 900s", (await cluster.Charges("a"))[^1]);
    }

    [Fact]
    public async Task C7_E5_an_activation_that_was_replaced_can_not_delete_what_the_other_has_saved()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.Deletion.AddSeconds(-1));
        await CommitBehind(cluster, step => step.TopUp("cure", Currency.Usd, Amount.Parse("10"), "x"));
        await cluster.AdvanceTo(Ladder.Deletion.AddHours(1));
        Assert.Empty(cluster.Orders(OrderKind.Delete));
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
    }

    private static async Task CommitBehind(BillingCluster cluster, Action<BalanceStep> commands)
    {
        var read = await cluster.Ledger.Load(cluster.Tenant);
        var rules = await cluster.Service<RegionRules>().Refresh(cluster.Tenant.Region);
        var step = BalanceStep.Begin(read.Balance, rules, cluster.Clock.Now);
        step.Advance();
        commands(step);
        Assert.Equal([CommitResult.Committed], await cluster.Ledger.Commit([BalanceCommit.Of(read, read.Email, step.Decide(), rules)!]));
    }
}
