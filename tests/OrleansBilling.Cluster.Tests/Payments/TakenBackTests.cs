using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Payments;

namespace OrleansBilling.Cluster.Tests.Payments;

/// <summary>Money that goes back is taken from the top-up part, which may fall below zero, and then the ladder follows (policy 2.8, 4).</summary>
public sealed class TakenBackTests
{
    private readonly HandGateway gateway = new();

    [Fact]
    public async Task Policy_2_8_4_4_4_6_A_refund_of_credit_that_was_used_stops_and_then_deletes()
    {
        await using var cluster = await Paid();
        await cluster.Create("a");
        await cluster.AdvanceTo(Ladder.At("10:20:00"));

        Assert.Equal(200, await cluster.Hears(gateway.Says("p", Paying.Refunded("25"))));
        await cluster.Settle();

        var refund = Assert.Single(await cluster.Entries(), entry => entry.Kind == EntryKind.Refund);
        Assert.Equal(("payment/p/back/1", "-25.000000", "stripe refund, payment p"), (refund.Operation, refund.Change.ToString(), refund.Description));
        await Eventually.Holds(async () => await cluster.StatusOf("a") == VmStatus.Stopped, "the VM is stopped");
        Assert.Equal(Ladder.At("10:20:00"), (await cluster.Billing.GetBalance(cluster.Tenant)).NegativeSince);
        Assert.Equal(PaymentStatus.Refunded, await cluster.StatusOfPayment("p"));
        await cluster.AdvanceTo(Ladder.At("10:50:01"));
        await Eventually.Holds(async () => await cluster.StatusOf("a") == VmStatus.Deleted, "the VM is deleted");
    }

    [Fact]
    public async Task Policy_2_8_A_dispute_takes_when_the_gateway_takes_and_gives_back_when_it_is_won()
    {
        await using var cluster = await Paid();
        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Opened)));
        Assert.Equal(PaymentStatus.Disputed, await cluster.StatusOfPayment("p"));
        Assert.Single(await cluster.Entries());

        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Withdrawn)));
        Assert.Equal("0.000000", (await cluster.Billing.GetBalance(cluster.Tenant)).TopUp.ToString());
        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Won)));

        Assert.Equal(
            [("payment/stripe/pi_1", EntryKind.Credit), ("payment/p/back/1", EntryKind.Refund), ("payment/p/back/2", EntryKind.Credit)],
            (await cluster.Entries()).Select(entry => (entry.Operation, entry.Kind)));
        Assert.Equal(PaymentStatus.DisputeWon, await cluster.StatusOfPayment("p"));
        Assert.Equal(
            [NoticeKind.Paid, NoticeKind.CreditTaken, NoticeKind.CreditGivenBack],
            (await cluster.Billing.GetNotices(cluster.Tenant)).OrderBy(notice => notice.Number).Select(notice => notice.Kind));
        // Which it is is told, in the ledger and by the notice.
        string[] which = ["stripe, payment p", "stripe dispute, payment p", "stripe dispute given back, payment p"];
        Assert.Equal(which, (await cluster.Entries()).Select(entry => entry.Description));
        Assert.Equal(which, (await cluster.Billing.GetNotices(cluster.Tenant)).OrderBy(notice => notice.Number).Select(notice => notice.About));
    }

    [Fact]
    public async Task Policy_2_8_A_refund_that_nobody_tells_is_found_by_asking()
    {
        await using var cluster = await Paid();
        gateway.Known = [Paying.Paid(), Paying.Refunded("10")];
        await cluster.GoesOn(TimeSpan.FromDays(1.1), async () => await cluster.StatusOfPayment("p") == PaymentStatus.Refunded, "the refund is found");
        Assert.Equal(["25.000000", "-10.000000"], (await cluster.Entries()).Select(entry => entry.Change.ToString()));
    }

    [Fact]
    public async Task Policy_2_8_two_partial_refunds_of_one_day_are_found_at_a_gateway_that_tells_the_last_one_and_only_when_asked()
    {
        gateway.TellsOfRefunds = false;
        await using var cluster = await Paid();
        await cluster.Advance(TimeSpan.FromMinutes(1.1));
        gateway.Known = [Paying.Paid(), Paying.Refunded("10", "re_1")];
        await cluster.GoesOn(TimeSpan.FromHours(6.1), async () => (await cluster.Entries()).Length == 2, "the first is found");
        gateway.Known = [Paying.Paid(), Paying.Refunded("5", "re_2")];
        await cluster.GoesOn(TimeSpan.FromHours(6.1), async () => (await cluster.Entries()).Length == 3, "the second is found");
        Assert.Equal(["25.000000", "-10.000000", "-5.000000"], (await cluster.Entries()).Select(entry => entry.Change.ToString()));
    }

    [Fact]
    public async Task Policy_2_8_a_refund_after_two_months_is_found_at_a_gateway_that_tells_nobody_of_it()
    {
        gateway.TellsOfRefunds = false;
        await using var cluster = await Paid();
        cluster.Leap(TimeSpan.FromDays(60));
        await Eventually.Holds(() => gateway.Asked > 0, "it is asked about");
        await cluster.Settle();
        gateway.Known = [Paying.Paid(), Paying.Refunded("10")];
        await cluster.GoesOn(TimeSpan.FromDays(1.1), async () => await cluster.StatusOfPayment("p") == PaymentStatus.Refunded, "the refund is found");
    }

    [Theory]
    [InlineData(DisputeSteps.Lost)]
    [InlineData(DisputeSteps.Won)]
    public async Task Policy_4_11_no_VM_is_deleted_while_the_dispute_that_made_the_balance_negative_is_open(DisputeSteps end)
    {
        await using var cluster = await Paid();
        await cluster.Create("a");
        await cluster.AdvanceTo(Ladder.At("10:20:00"));
        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Withdrawn)));
        await Eventually.Holds(async () => await cluster.StatusOf("a") == VmStatus.Stopped, "the VM is stopped");
        var hold = Assert.Single((await cluster.Billing.GetBalance(cluster.Tenant)).Holds);
        Assert.Equal(("dispute-p-dp_1", HeldActions.Deletion, "payments", "25.000000"), (hold.Id, hold.Actions, hold.By, hold.Disputed.ToString()));
        gateway.Known = [Paying.Paid(), Paying.Disputed(DisputeSteps.Withdrawn)];
        await cluster.AdvanceTo(Ladder.At("12:00:00"));
        Assert.Empty(cluster.Orders(OrderKind.Delete));

        await cluster.Hears(gateway.Says("p", Paying.Disputed(end)));
        await cluster.Settle();
        Assert.Empty((await cluster.Billing.GetBalance(cluster.Tenant)).Holds);
        await cluster.AdvanceTo(Ladder.At("12:10:01")); // the whole notice comes first (policy 4.13)
        Assert.Equal(end == DisputeSteps.Lost ? VmStatus.Deleted : VmStatus.Stopped, await cluster.StatusOf("a"));
    }

    [Fact]
    public async Task Policy_4_11_each_dispute_of_a_payment_holds_what_it_took_while_it_is_open()
    {
        await using var cluster = await Paid();
        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Withdrawn, "10")));
        Assert.Equal(["dispute-p-dp_1 10.000000"], await Holds(cluster));
        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Lost, "10")));
        Assert.Empty(await Holds(cluster));

        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Withdrawn, "12", "dp_2")));
        Assert.Equal(["dispute-p-dp_2 12.000000"], await Holds(cluster));
        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Withdrawn, "14", "dp_2"))); // at most what was paid
        Assert.Equal(["dispute-p-dp_2 14.000000"], await Holds(cluster));
        Assert.Equal("14.000000", Assert.Single((await cluster.Service<ILedgerStore>().Load(cluster.Tenant)).Balance.Holds, hold => hold.Disputed > Amount.Parse("10")).Disputed.ToString());

        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Reinstated, "14", "dp_2"))); // the money is back, whoever wins
        Assert.Empty(await Holds(cluster));
    }

    [Fact]
    public async Task Policy_4_11_when_one_of_two_overlapping_disputes_is_won_the_other_holds_all_that_it_took()
    {
        await using var cluster = await Paid();
        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Withdrawn, "20")));
        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Withdrawn, "20", "dp_2")));
        Assert.Equal(["dispute-p-dp_1 20.000000", "dispute-p-dp_2 5.000000"], await Holds(cluster));

        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Won, "20")));

        Assert.Equal("5.000000", (await cluster.Billing.GetBalance(cluster.Tenant)).TopUp.ToString());
        Assert.Equal(["dispute-p-dp_2 20.000000"], await Holds(cluster));
    }

    [Fact]
    public async Task Policy_4_11_what_a_dispute_holds_follows_what_it_took_also_where_nothing_is_posted()
    {
        await using var cluster = await Paid();
        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Withdrawn, dispute: "dp_2")));
        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Withdrawn)));
        Assert.Equal(["dispute-p-dp_1 25.000000", "dispute-p-dp_2 0.000000"], (await Holds(cluster)).Order());

        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Won)));
        Assert.Equal(["dispute-p-dp_2 25.000000"], await Holds(cluster));

        await cluster.Hears(gateway.Says("p", Paying.Refunded("10"))); // gone, whoever wins
        Assert.Equal(["dispute-p-dp_2 15.000000"], await Holds(cluster));
        Assert.Equal(2, (await cluster.Entries()).Length);
    }

    [Fact]
    public async Task Policy_2_8_a_dispute_that_is_opened_half_a_year_after_the_payment_is_followed_to_its_end()
    {
        await using var cluster = await Paid();
        cluster.Leap(TimeSpan.FromDays(190));
        await Eventually.Holds(() => gateway.Asked > 0, "it is asked about, for the last time");
        await cluster.Settle();
        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Opened)));
        var asked = gateway.Asked;
        await cluster.GoesOn(TimeSpan.FromMinutes(1.1), () => Task.FromResult(gateway.Asked > asked), "the dispute is asked about");
        await cluster.Settle();

        gateway.Known = [Paying.Paid(), Paying.Disputed(DisputeSteps.Lost)]; // and tells nobody
        await cluster.GoesOn(TimeSpan.FromDays(1.1), async () => await cluster.StatusOfPayment("p") == PaymentStatus.DisputeLost, "its end is found");
        Assert.Equal(["25.000000", "-25.000000"], (await cluster.Entries()).Select(entry => entry.Change.ToString()));
    }

    [Fact]
    public async Task Policy_4_11_without_the_setting_a_dispute_holds_nothing()
    {
        gateway.Settings.DisputeHolds = HeldActions.None;
        await using var cluster = await Paid();
        await cluster.Create("a");
        await cluster.AdvanceTo(Ladder.At("10:20:00"));
        await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Withdrawn)));
        await cluster.AdvanceTo(Ladder.At("10:50:01"));
        await Eventually.Holds(async () => await cluster.StatusOf("a") == VmStatus.Deleted, "the VM is deleted");
    }

    private static async Task<string[]> Holds(BillingCluster cluster) =>
        [.. (await cluster.Billing.GetBalance(cluster.Tenant)).Holds.Select(hold => $"{hold.Id} {hold.Disputed}")];

    private async Task<BillingCluster> Paid()
    {
        var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.Pay("p");
        Assert.Equal(200, await cluster.Hears(gateway.Says("p", Paying.Paid())));
        gateway.Known = [Paying.Paid()];
        return cluster;
    }
}
