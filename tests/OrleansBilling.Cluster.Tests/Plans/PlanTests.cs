using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Verification;

namespace OrleansBilling.Cluster.Tests.Plans;

/// <summary>Billing plans through the client, the grains and the ledger (policy 2.4, 2.6, 3.7; M4, M5, M8, M13).</summary>
public sealed class PlanTests
{
    private readonly FaultyLedger ledger = new();

    [Fact]
    public async Task Policy_2_4_3_7_a_plan_from_making_to_renewal_with_its_payments_prices_and_notices()
    {
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        await cluster.TopUp("100");
        ledger.LoseNextAnswer(); // the client repeats it under its id
        Assert.Equal(PlanResult.Done, await cluster.Billing.MakePlan(cluster.Tenant, March()));
        Assert.Equal(PlanResult.OperationReused, await cluster.Billing.MakePlan(cluster.Tenant, March() with { Due = Amount.Zero }));
        Assert.Equal(PlanResult.Done, await cluster.Billing.MakePlan(cluster.Tenant, March() with { Operation = "make-2", Plan = "books", Products = ["ai-notebook"], Prices = [], Renews = false }));
        await cluster.Create("a");
        var plan = await Find(cluster);
        Assert.Equal((PlanStatus.Inactive, PlanPaymentState.Unpaid, "2.000000", null), (plan.Status, plan.PaymentState, $"{plan.Remaining}", plan.DaysLeft));
        for (var times = 0; times < 2; times++) Assert.Equal(PlanResult.Done, await cluster.Billing.RecordPlanPayment(cluster.Tenant, new("pay", "march", 1, Amount.Parse("0.5"), "grace", "invoice 7")));

        await cluster.AdvanceTo(Ladder.At("10:20:00"));
        plan = await Find(cluster);
        Assert.Equal((PlanStatus.Active, PlanPaymentState.PartiallyPaid, "0.500000", "1.850000"), (plan.Status, plan.PaymentState, $"{plan.Paid}", $"{plan.Remaining}"));
        Assert.Equal((TimeSpan.FromSeconds(7400), 0), (plan.UsedUpIn!.Value, plan.DaysLeft));
        Assert.Equal("0.900000", $"{(await cluster.Billing.FindVm(cluster.Tenant, "a"))!.PricePerHour}");
        Assert.Equal(("grace", "invoice 7"), (Assert.Single(plan.Changes).By, plan.Changes[0].Note));

        await cluster.Cluster.DeactivateAsync(cluster.Vm("a")); // forgets the prices, and hears them again
        await cluster.AdvanceTo(Ladder.At("11:30:00"));
        Assert.Equal(PlanResult.Done, await cluster.Billing.SwitchPlanRenewal(cluster.Tenant, new("off", "march", false, "grace")));
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("11:00:00"), VmStatus.Error)); // late, and before the renewal
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("11:05:00"), VmStatus.Running));
        await cluster.AdvanceTo(Ladder.At("12:31:00"));

        var plans = await cluster.Billing.GetPlans(cluster.Tenant);
        Assert.Equal(["march/2 Expired", "books/1 Expired", "march/1 Expired"], plans.Select(each => $"{each.Id}/{each.Period} {each.Status}"));
        Assert.Equal(["11:10:00", "11:10:00", "12:10:00"], (await cluster.Notices(NoticeKind.PlanEnded)).Select(notice => $"{notice.At:HH:mm:ss}").Order());
        Assert.Contains("The March plan", (await cluster.Notices(NoticeKind.PlanEnded))[0].Text, StringComparison.Ordinal);
        Assert.Equal("2.540000", $"{(await cluster.Billing.FindVm(cluster.Tenant, "a"))!.PricePerHour}");
        // 10 minutes at 2.54, two hours at 0.90 less five minutes, 20 minutes at 2.54
        var stored = (await cluster.Ledger.Load(cluster.Tenant)).Balance.Vms["a"].Posted.Usage;
        Assert.Equal([(1, 600L + 1200), (-1, 7200L - 300)], stored.Priced.Select(part => (part.Version, part.Seconds)));
        Assert.Empty((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);
    }

    [Fact]
    public async Task F1_E1_M13_a_plan_whose_balance_is_gone_at_its_start_begins_at_the_exact_instant_all_the_same()
    {
        await using var cluster = await BillingCluster.Start(Ladder.Sweeping);
        await cluster.TopUp("100");
        await cluster.Billing.MakePlan(cluster.Tenant, March());
        await cluster.Create("a");
        await cluster.Cluster.DeactivateAsync(cluster.Vm("a"));
        await cluster.Cluster.DeactivateAsync(cluster.Balance);

        cluster.Clock.AdvanceTo(Ladder.At("10:12:00"));

        // Read from what is stored: nobody calls the balance.
        await Eventually.Holds(async () => (await cluster.Ledger.EntriesSince(cluster.Tenant, 0, long.MaxValue)).Length == 3, "the sweep has woken it");
        var entries = (await cluster.Ledger.EntriesSince(cluster.Tenant, 0, long.MaxValue)).OrderBy(entry => entry.Number).ToList();
        Assert.Equal(["10:10:00 -0.423333", "10:10:00 2.000000"], entries.Skip(1).Select(entry => $"{entry.At:HH:mm:ss} {entry.Change}"));
        await cluster.AdvanceTo(Ladder.At("10:31:00"));
        Assert.Equal(["10:10:00 -0.423333 600s", "10:15:00 -0.075000 300s", "10:30:00 -0.225000 900s"], await cluster.Charges("a"));
        Assert.Empty((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);
    }

    [Fact]
    public async Task M6_a_price_of_a_plan_that_was_changed_by_hand_is_found()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.TopUp("100");
        await cluster.Billing.MakePlan(cluster.Tenant, March());
        await cluster.Create("a");
        await cluster.AdvanceTo(Ladder.At("10:31:00"));
        Assert.Empty((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);

        cluster.Database.Force("""UPDATE billing_plan SET prices = '[{"package":"1xH100","microsPerHour":800000}]'""");

        Assert.Contains((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found, found => found.Invariant == "M6");
    }

    private static MakePlan March() => new(
        "make", "march", "The March plan", ["gpu-vm"], Currency.Usd, Ladder.At("10:10:00"), Ladder.At("11:10:00"), Amount.Parse("2"), Amount.Parse("1.5"), PlanPayment.Partial,
        [new PackagePrice("1xH100", HourlyPrice.Parse("0.90"))], Renews: true, "grace");

    private static async Task<PlanView> Find(BillingCluster cluster, string plan = "march") => Assert.Single(await cluster.Billing.GetPlans(cluster.Tenant), each => each.Id == plan);
}
