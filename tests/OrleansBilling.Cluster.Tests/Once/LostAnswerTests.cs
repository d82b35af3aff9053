using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Once;

/// <summary>A write whose outcome nobody knows (F2, F6): the client repeats with the same id, and it is done exactly once (M5, M13).</summary>
public sealed class LostAnswerTests
{
    public static TheoryData<string> Commands => DeliveredTwiceTests.Commands;

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task F6_M5_M13_a_commit_whose_answer_is_lost_is_done_once_by_another_activation(string command)
    {
        var ledger = new FaultyLedger();
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        await cluster.TopUp("1");
        var loads = ledger.Loads;
        ledger.LoseNextAnswer();

        Assert.Equal(new PostingReply(PostingResult.Posted, 2), await Commanded.Send(cluster, command, "op", "5"));
        Assert.Equal(2, (await cluster.Entries()).Length);
        Assert.Equal(loads + 1, ledger.Loads);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task F2_M5_M13_a_commit_that_failed_before_it_wrote_anything_is_done_once_after_the_retry(string command)
    {
        var ledger = new FaultyLedger();
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        await cluster.TopUp("1");
        var loads = ledger.Loads;
        ledger.FailNext();

        Assert.Equal(new PostingReply(PostingResult.Posted, 2), await Commanded.Send(cluster, command, "op", "5"));
        Assert.Equal(2, (await cluster.Entries()).Length);
        Assert.Equal(loads + 1, ledger.Loads);
    }

    [Fact]
    public async Task F6_M13_whoever_waits_in_a_write_of_unknown_outcome_is_served_once_by_its_retry()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        await cluster.TopUp("1");
        ledger.LoseNextAnswer();
        ledger.FailNext();
        ledger.LoseNextAnswer();
        var replies = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => cluster.TopUp("2", $"op-{i}")));

        Assert.All(replies, reply => Assert.Equal(PostingResult.Posted, reply.Result));
        Assert.Equal(60, replies.Select(reply => reply.EntryNumber).Distinct().Count());
        var entries = await cluster.Entries();
        Assert.Equal(Enumerable.Range(1, 61).Select(i => (long)i), entries.Select(entry => entry.Number));
        Assert.Equal(Amount.Parse("121"), entries[^1].BalanceAfter);
    }

    [Fact]
    public async Task F6_M5_a_create_whose_answer_is_lost_makes_one_vm()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        await cluster.TopUp("3");
        ledger.LoseNextAnswer();
        Assert.Equal(AdmissionResult.Admitted, (await cluster.Create("a")).Result);
        await Eventually.Holds(async () => await cluster.StatusOf("a") == VmStatus.Running, "the VM runs");
        Assert.Single(cluster.Orders(), order => order is { Kind: OrderKind.Create, State: OrderState.Confirmed });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task F2_E2_a_stop_whose_commit_is_lost_or_unheard_is_ordered_once_and_obeyed(bool written)
    {
        var ledger = new FaultyLedger();
        await using var cluster = await Ladder.Begin(setup => setup.Ledger = ledger.Around);
        await cluster.AdvanceTo(Ladder.Exhausted.AddSeconds(-1));
        if (written) ledger.LoseNextAnswer();
        else ledger.FailNext();
        cluster.Clock.AdvanceTo(Ladder.Exhausted);
        await Eventually.Holds(() => ledger.Loads > 0 && cluster.Orders(OrderKind.Stop).Count == (written ? 1 : 0), "the commit has come to its end");
        await Eventually.Holds(async () => await cluster.StatusOf("a") == VmStatus.Stopped, "the VM is stopped");

        var stop = Assert.Single(cluster.Orders(OrderKind.Stop));
        Assert.Equal((Ladder.Exhausted, OrderState.Confirmed), (stop.At, stop.State));
        Assert.Equal("11:10:52 -0.460022 652s", (await cluster.Charges("a"))[^1]);
    }
}
