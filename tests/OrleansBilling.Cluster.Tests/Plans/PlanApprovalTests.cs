using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;

namespace OrleansBilling.Cluster.Tests.Plans;

/// <summary>Billing plans above the limit of adjustments: two operators want them (policy 2.4; M5, M13).</summary>
public sealed class PlanApprovalTests
{
    private static readonly ActingOperator grace = new("grace", HasOwnKey: true);
    private static readonly ActingOperator linus = new("linus", HasOwnKey: true);

    [Fact]
    public async Task M5_M13_a_plan_above_the_limit_is_made_once_when_a_second_operator_approves_in_both_names()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        Assert.Equal(AdjustmentResult.Posted, (await Make(cluster, March("100") with { Operation = "small", Plan = "small", Prices = [], Renews = false }, grace with { HasOwnKey = false })).Result);
        Assert.Equal(new AdjustmentReply(AdjustmentResult.Refused, Plan: PlanResult.PlanExists), await Make(cluster, March() with { Plan = "small" }, grace)); // never waits
        Assert.Equal(AdjustmentResult.OwnKeyRequired, (await Make(cluster, March(), grace with { HasOwnKey = false })).Result);
        for (var times = 0; times < 2; times++) Assert.Equal(AdjustmentResult.AwaitingApproval, (await Make(cluster, March(), grace)).Result);
        Assert.Equal(AdjustmentResult.OperationReused, (await Make(cluster, March() with { Prices = [] }, grace)).Result);
        Assert.Equal(AdjustmentResult.OperationReused, (await Make(cluster, March("101"), grace)).Result);
        Assert.Equal(AdjustmentResult.SameOperator, (await Approve(cluster, new ActingOperator("Grace", true))).Result);
        Assert.Equal(AdjustmentResult.OwnKeyRequired, (await Approve(cluster, linus with { HasOwnKey = false })).Result);
        await cluster.Cluster.DeactivateAsync(cluster.Cluster.Client.GetGrain<IAdjustmentsGrain>($"{cluster.Tenant}")); // what is approved was stored
        var waiting = Assert.Single(await cluster.Billing.GetWaitingAdjustments(cluster.Tenant));
        Assert.Equal(("make", "grace", "100.000001", "The March plan"), (waiting.Adjustment.Operation, waiting.By, $"{waiting.Adjustment.Change}", waiting.Adjustment.Reason));
        Assert.Equal(March() with { Products = waiting.Plan!.Products, Prices = waiting.Plan.Prices }, waiting.Plan);
        Assert.Equal(["small"], (await cluster.Billing.GetPlans(cluster.Tenant)).Select(plan => plan.Id));

        ledger.LoseNextAnswer();
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Approve(cluster, linus)));
        Assert.All(replies, reply => Assert.Equal(new AdjustmentReply(AdjustmentResult.Posted, Plan: PlanResult.Done), reply));
        Assert.Equal(replies[0], await Make(cluster, March(), grace)); // asked for once more: it is done
        Assert.Equal(AdjustmentResult.Unknown, (await cluster.Billing.WithdrawAdjustment(cluster.Tenant, "make", grace)).Result);
        Assert.Empty(await cluster.Billing.GetWaitingAdjustments(cluster.Tenant));
        var made = Assert.Single(await cluster.Billing.GetPlans(cluster.Tenant), plan => plan.Id == "march");
        Assert.Equal(
            ("grace, approved by linus", PlanStatus.Inactive, "100.000001", "1.500000", PlanPayment.Partial, true, Ladder.At("10:10:00"), Ladder.At("11:10:00")),
            (made.By, made.Status, $"{made.Credit}", $"{made.Due}", made.Payment, made.Renews, made.From, made.To));
        Assert.Equal(["gpu-vm"], made.Products);
        Assert.Equal([new PackagePrice("1xH100", HourlyPrice.Parse("0.90"))], made.Prices);
        await cluster.AdvanceTo(Ladder.At("10:11:00"));
        Assert.Equal(["100.000000", "100.000001"], (await cluster.Entries()).Select(entry => $"{entry.Change}"));
    }

    [Fact]
    public async Task Policy_2_4_a_plan_that_waits_has_no_effect_and_is_refused_when_it_is_approved_too_late()
    {
        await using var cluster = await BillingCluster.Start();
        Assert.Equal(AdjustmentResult.AwaitingApproval, (await Make(cluster, March(), grace)).Result);
        Assert.Null((await cluster.Billing.GetBalance(cluster.Tenant)).Currency); // not fixed either
        Assert.Equal(PlanResult.Done, await cluster.Billing.MakePlan(cluster.Tenant, March("1") with { Operation = "make-2", Plan = "april" })); // its prices are nobody's
        Assert.Equal(PlanResult.UnknownPlan, await cluster.Billing.CancelPlan(cluster.Tenant, new("cancel", "march", "grace")));

        await cluster.AdvanceTo(Ladder.At("10:09:01"));
        Assert.Equal(new AdjustmentReply(AdjustmentResult.Refused, Plan: PlanResult.TooLate), await Approve(cluster, linus));
        await cluster.AdvanceTo(Ladder.At("10:11:00"));
        Assert.Equal(new AdjustmentReply(AdjustmentResult.Refused, Plan: PlanResult.TooLate), await Approve(cluster, linus));
        Assert.Equal(["april"], (await cluster.Billing.GetPlans(cluster.Tenant)).Select(plan => plan.Id));
        Assert.Equal("1.000000", $"{Assert.Single(await cluster.Entries()).Change}");

        for (var times = 0; times < 2; times++) Assert.Equal(AdjustmentResult.Withdrawn, (await cluster.Billing.WithdrawAdjustment(cluster.Tenant, "make", grace)).Result);
        Assert.Equal(AdjustmentResult.Withdrawn, (await Approve(cluster, linus)).Result);
        Assert.Equal(AdjustmentResult.Withdrawn, (await Make(cluster, March(), grace)).Result);
    }

    [Fact]
    public async Task What_a_plan_gives_by_its_prices_and_its_renewals_counts_for_the_limit_too()
    {
        await using var cluster = await BillingCluster.Start();
        var small = March("98") with { Prices = [], Renews = false };
        Assert.Equal(AdjustmentResult.AwaitingApproval, (await Make(cluster, small with { Prices = [new PackagePrice("1xH100", HourlyPrice.Parse("0.50"))] }, grace)).Result); // 2.04 are saved in its hour
        Assert.Equal(AdjustmentResult.AwaitingApproval, (await Make(cluster, March("0.02") with { Operation = "hourly", Plan = "hourly", Prices = [] }, grace)).Result); // each hour of a year
        Assert.Equal(AdjustmentResult.Posted, (await Make(cluster, small with { Operation = "small", Plan = "small", Prices = [new PackagePrice("1xH100", HourlyPrice.Parse("0.55"))] }, grace)).Result);

        Assert.Equal(PlanResult.NeedsApproval, await Renew("on", "small", true));
        Assert.Equal(PlanResult.Done, await Renew("off", "small", false));
        Assert.Equal(PlanResult.UnknownPlan, await Renew("on", "other", true));
        Assert.Equal(PlanResult.Done, await cluster.Billing.MakePlan(cluster.Tenant, March("0.01") with { Operation = "tiny", Plan = "tiny", Prices = [], Renews = false }));
        for (var times = 0; times < 2; times++) Assert.Equal(PlanResult.Done, await Renew("on", "tiny", true));
        Assert.Equal([true, false], (await cluster.Billing.GetPlans(cluster.Tenant)).OrderByDescending(plan => plan.Id).Select(plan => plan.Renews));

        Task<PlanResult> Renew(string operation, string plan, bool renews) =>
            cluster.Billing.SwitchPlanRenewalByHand(cluster.Tenant, new SwitchPlanRenewal($"{operation}-{plan}", plan, renews, "grace"));
    }

    [Fact]
    public async Task Policy_1_4_a_plan_that_was_cancelled_before_its_start_has_fixed_no_currency_also_after_the_balance_was_read_anew()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.Billing.MakePlan(cluster.Tenant, March("1"));
        await cluster.Cluster.DeactivateAsync(cluster.Balance);
        Assert.Equal(PlanResult.Done, await cluster.Billing.CancelPlan(cluster.Tenant, new("cancel", "march", "grace")));
        await cluster.Cluster.DeactivateAsync(cluster.Balance);
        Assert.Null((await cluster.Billing.GetBalance(cluster.Tenant)).Currency);
        Assert.Equal(PostingResult.Posted, (await cluster.Billing.TopUp(cluster.Tenant, new("dong", Currency.Vnd, Amount.Parse("500000"), "card"))).Result);
    }

    private static Task<AdjustmentReply> Make(BillingCluster cluster, MakePlan command, ActingOperator by) => cluster.Billing.MakePlanByHand(cluster.Tenant, command, by);

    private static Task<AdjustmentReply> Approve(BillingCluster cluster, ActingOperator by) => cluster.Billing.ApproveAdjustment(cluster.Tenant, "make", by);

    private static MakePlan March(string credit = "100.000001") => new(
        "make", "march", "The March plan", ["gpu-vm"], Currency.Usd, Ladder.At("10:10:00"), Ladder.At("11:10:00"), Amount.Parse(credit), Amount.Parse("1.5"), PlanPayment.Partial,
        [new PackagePrice("1xH100", HourlyPrice.Parse("0.90"))], Renews: true, "grace");
}
