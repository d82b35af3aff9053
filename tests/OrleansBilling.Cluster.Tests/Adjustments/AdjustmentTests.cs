using OrleansBilling.Cluster.Tests.Once;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Verification;

namespace OrleansBilling.Cluster.Tests.Adjustments;

/// <summary>What operators put right: looked at first, above a limit by two of them, once, and with what follows (policy 4).</summary>
public sealed class AdjustmentTests
{
    private static readonly ActingOperator grace = new("grace", HasOwnKey: true);
    private static readonly ActingOperator linus = new("linus", HasOwnKey: true);

    [Fact]
    public async Task M1_what_is_previewed_is_what_is_posted_and_looking_changes_nothing()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("v", "1"));
        await cluster.AdvanceTo(Ladder.At("10:20:00"));
        var command = Commanded.Adjustment("op", "-0.1", CreditKind.Voucher, "lot-v");
        var before = await cluster.Billing.GetBalance(cluster.Tenant);

        var preview = await cluster.Billing.PreviewAdjustment(cluster.Tenant, command);
        Assert.Equal((before.Change, before.Total), ((await cluster.Billing.GetBalance(cluster.Tenant)).Change, (await cluster.Billing.GetBalance(cluster.Tenant)).Total));
        Assert.Equal((PostingResult.Posted, false), (preview.Result, preview.NeedsApproval));

        var reply = await cluster.Billing.Adjust(cluster.Tenant, command, grace);
        Assert.Equal(new AdjustmentReply(AdjustmentResult.Posted, new PostingReply(PostingResult.Posted, preview.EntryNumber)), reply);
        var posted = (await cluster.Entries()).TakeLast(preview.Entries.Length).ToList();
        Assert.Equal(preview.Entries.Select(Told), posted.Select(Told)); // the usage before it, and itself
        Assert.Equal([EntryKind.Charge, EntryKind.Adjustment], posted.Select(entry => entry.Kind));
        Assert.Equal(preview.Total, (await cluster.Billing.GetBalance(cluster.Tenant)).Total);
        Assert.Equal("test (by grace)", posted[^1].Description);
    }

    [Fact]
    public async Task Policy_4_4_4_6_a_debit_stops_and_then_deletes_as_its_preview_says()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:20:00"));
        var command = Commanded.Adjustment("op", "-10");
        var preview = await cluster.Billing.PreviewAdjustment(cluster.Tenant, command);
        Assert.Equal((StandingLevel.Negative, Ladder.At("10:50:00")), (preview.Standing, preview.DeletionAt));
        Assert.Equal((OrderKind.Stop, "a"), (Assert.Single(preview.Orders).Kind, preview.Orders[0].Vm));

        await cluster.Billing.Adjust(cluster.Tenant, command, grace);
        await cluster.Settle();
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
        await cluster.AdvanceTo(Ladder.At("10:50:01"));
        Assert.Equal(VmStatus.Deleted, await cluster.StatusOf("a"));
        Assert.Empty((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);
    }

    [Theory]
    [InlineData("100", false)]
    [InlineData("100.000001", true)]
    [InlineData("-100", false)]
    [InlineData("-100.000001", true)]
    public async Task above_the_limit_a_second_operator_is_needed_whichever_way_it_goes(string change, bool needed)
    {
        await using var cluster = await Begun();
        Assert.Equal(needed, (await cluster.Billing.PreviewAdjustment(cluster.Tenant, Commanded.Adjustment("op", change))).NeedsApproval);
        var reply = await cluster.Billing.Adjust(cluster.Tenant, Commanded.Adjustment("op", change), grace);
        Assert.Equal(needed ? AdjustmentResult.AwaitingApproval : AdjustmentResult.Posted, reply.Result);
        Assert.Equal(needed ? 1 : 2, (await cluster.Entries()).Length);
    }

    [Fact]
    public async Task M5_what_one_asked_for_another_one_approves_and_it_is_posted_once_in_both_names()
    {
        await using var cluster = await Begun();
        var command = Commanded.Adjustment("op", "-150");
        Assert.Equal(AdjustmentResult.AwaitingApproval, (await cluster.Billing.Adjust(cluster.Tenant, command, grace)).Result);
        Assert.Equal(AdjustmentResult.AwaitingApproval, (await cluster.Billing.Adjust(cluster.Tenant, command, grace)).Result);
        Assert.Equal(AdjustmentResult.OperationReused, (await cluster.Billing.Adjust(cluster.Tenant, command with { Reason = "another" }, grace)).Result);
        var waiting = Assert.Single(await cluster.Billing.GetWaitingAdjustments(cluster.Tenant));
        Assert.Equal(("op", "-150.000000", "grace"), (waiting.Adjustment.Operation, $"{waiting.Adjustment.Change}", waiting.By));

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cluster.Billing.ApproveAdjustment(cluster.Tenant, "op", linus)));
        Assert.All(replies, reply => Assert.Equal(new AdjustmentReply(AdjustmentResult.Posted, new PostingReply(PostingResult.Posted, 2)), reply));
        Assert.Equal("test (by grace, approved by linus)", (await cluster.Entries())[1].Description);
        Assert.Empty(await cluster.Billing.GetWaitingAdjustments(cluster.Tenant));
        Assert.Equal(replies[0], await cluster.Billing.Adjust(cluster.Tenant, command, grace)); // asked for once more: it is done
        Assert.Equal(2, (await cluster.Entries()).Length);
    }

    [Theory]
    [InlineData("grace", true, AdjustmentResult.SameOperator)]
    [InlineData("Grace", true, AdjustmentResult.SameOperator)]
    [InlineData("linus", false, AdjustmentResult.OwnKeyRequired)]
    public async Task who_asked_for_it_or_has_no_key_of_their_own_cannot_approve(string name, bool ownKey, AdjustmentResult expected)
    {
        await using var cluster = await Begun();
        await cluster.Billing.Adjust(cluster.Tenant, Commanded.Adjustment("op", "150"), grace);
        Assert.Equal(expected, (await cluster.Billing.ApproveAdjustment(cluster.Tenant, "op", new ActingOperator(name, ownKey))).Result);
        Assert.Single(await cluster.Entries());
    }

    [Fact]
    public async Task above_the_limit_nobody_asks_under_a_name_that_they_only_said()
    {
        await using var cluster = await Begun();
        Assert.Equal(AdjustmentResult.OwnKeyRequired, (await cluster.Billing.Adjust(cluster.Tenant, Commanded.Adjustment("op", "150"), grace with { HasOwnKey = false })).Result);
        Assert.Empty(await cluster.Billing.GetWaitingAdjustments(cluster.Tenant));
    }

    [Fact]
    public async Task what_was_withdrawn_is_not_posted_by_anybody()
    {
        await using var cluster = await Begun();
        await cluster.Billing.Adjust(cluster.Tenant, Commanded.Adjustment("op", "150"), grace);
        Assert.Equal(AdjustmentResult.Withdrawn, (await cluster.Billing.WithdrawAdjustment(cluster.Tenant, "op", grace)).Result);
        Assert.Equal(AdjustmentResult.Withdrawn, (await cluster.Billing.WithdrawAdjustment(cluster.Tenant, "op", grace)).Result);
        Assert.Equal(AdjustmentResult.Withdrawn, (await cluster.Billing.ApproveAdjustment(cluster.Tenant, "op", linus)).Result);
        Assert.Equal(AdjustmentResult.Withdrawn, (await cluster.Billing.Adjust(cluster.Tenant, Commanded.Adjustment("op", "150"), grace)).Result);
        Assert.Equal(AdjustmentResult.Unknown, (await cluster.Billing.ApproveAdjustment(cluster.Tenant, "other", linus)).Result);
        Assert.Single(await cluster.Entries());
    }

    [Fact]
    public async Task M13_an_approval_that_was_cut_off_is_finished_in_the_name_of_who_gave_it()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await Begun(setup =>
        {
            setup.Ledger = ledger.Around;
            setup.OnDisk = true;
        });
        await cluster.Billing.Adjust(cluster.Tenant, Commanded.Adjustment("op", "150"), grace);
        ledger.LoseNextAnswer();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => cluster.Cluster.Client.GetGrain<IAdjustmentsGrain>($"{cluster.Tenant}").Approve("op", linus));
        Assert.Equal(AdjustmentResult.Unknown, (await cluster.Billing.WithdrawAdjustment(cluster.Tenant, "op", grace)).Result);

        Assert.Equal(AdjustmentResult.Posted, (await cluster.Billing.ApproveAdjustment(cluster.Tenant, "op", new ActingOperator("ken", true))).Result);
        Assert.Equal("test (by grace, approved by linus)", (await cluster.Entries())[1].Description);
        Assert.Equal(2, (await cluster.Entries()).Length);
    }

    [Fact]
    public async Task M3_what_the_balance_refuses_never_waits_and_what_it_refuses_later_waits_on()
    {
        await using var cluster = await Begun();
        var debit = Commanded.Adjustment("op", "-150", CreditKind.Voucher, "lot-v");
        Assert.Equal((AdjustmentResult.Refused, PostingResult.UnknownLot), Of(await cluster.Billing.Adjust(cluster.Tenant, debit, grace)));
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("v", "160"));
        Assert.Equal(AdjustmentResult.AwaitingApproval, (await cluster.Billing.Adjust(cluster.Tenant, debit, grace)).Result);
        await Commanded.Send(cluster, "charge", "used", "20");
        Assert.Equal((AdjustmentResult.Refused, PostingResult.LotTooSmall), Of(await cluster.Billing.ApproveAdjustment(cluster.Tenant, "op", linus)));
        Assert.Single(await cluster.Billing.GetWaitingAdjustments(cluster.Tenant));
        Assert.Equal(AdjustmentResult.Withdrawn, (await cluster.Billing.WithdrawAdjustment(cluster.Tenant, "op", grace)).Result);

        static (AdjustmentResult, PostingResult) Of(AdjustmentReply reply) => (reply.Result, reply.Posting!.Result);
    }

    [Theory]
    [InlineData("100", PostingResult.Posted)]
    [InlineData("100.000001", PostingResult.NeedsApproval)]
    public async Task what_one_operator_gives_or_charges_by_hand_has_the_same_limit(string amount, PostingResult expected)
    {
        await using var cluster = await Begun();
        var charge = new ChargeProduct("charge", "inference", Domain.Money.Currency.Usd, Domain.Money.Amount.Parse(amount), "test");
        Assert.Equal(expected, (await cluster.Billing.GrantByHand(cluster.Tenant, Commanded.Grant("v", amount))).Result);
        Assert.Equal(expected, (await cluster.Billing.ChargeByHand(cluster.Tenant, charge)).Result);
        Assert.Equal(expected == PostingResult.Posted ? 3 : 1, (await cluster.Entries()).Length);
        Assert.Equal(PostingResult.Posted, (await cluster.Billing.Charge(cluster.Tenant, charge)).Result); // a product that charges by itself has none
    }

    private static async Task<BillingCluster> Begun(Action<ClusterSetup>? configure = null)
    {
        var cluster = await BillingCluster.Start(configure);
        await cluster.TopUp("500");
        return cluster;
    }

    private static string Told(EntryView entry) =>
        $"{entry.Number} {entry.Operation} {entry.Kind} {entry.At:O} {entry.Product} {entry.Change} {entry.BalanceAfter} {string.Join(',', entry.Lines.Select(line => line.ToString()))} {entry.Vm?.Seconds}";
}
