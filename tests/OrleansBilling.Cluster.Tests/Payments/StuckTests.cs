using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Verification;
using OrleansBilling.Payments;

namespace OrleansBilling.Cluster.Tests.Payments;

/// <summary>Two first payments in two currencies: the second one's money is refused by the balance (policy 1.4), and somebody must get it out.</summary>
public sealed class StuckTests : IDisposable
{
    private readonly HandGateway gateway = new();
    private readonly Alerts alerts = new();

    [Fact]
    public async Task Policy_1_4_Of_two_first_payments_in_two_currencies_one_is_credited_and_the_other_one_is_stuck_and_told_once()
    {
        await using var cluster = await Stuck();

        var stuck = Assert.Single(await cluster.Billing.GetStuckPayments("vn"));
        Assert.Equal(("t1", "p", "25.000000", PostingResult.OtherCurrency), (stuck.Tenant, stuck.Payment.Id, stuck.Owed.ToString(), stuck.Reason));
        Assert.Equal((PaymentStatus.Stuck, Amount.Zero), (stuck.Payment.Status, stuck.Payment.Credited));
        Assert.Empty(await cluster.Billing.GetStuckPayments("jp"));
        await cluster.Hears(gateway.Says("p", Paying.Paid()));
        await cluster.Cluster.DeactivateAsync(cluster.PaymentGrain("p"));
        for (var day = 0; day < 40; day++) cluster.Leap(TimeSpan.FromDays(1));
        await cluster.Settle();

        Assert.Contains("OtherCurrency", Assert.Single(alerts.Messages), StringComparison.Ordinal);
        Assert.Single(await cluster.Entries());
        Assert.Equal(PaymentStatus.Stuck, await cluster.StatusOfPayment("p"));
        Assert.Equal(stuck.Since, Assert.Single(await cluster.Billing.GetStuckPayments("vn")).Since);
        await Verifies(cluster);
    }

    [Fact]
    public async Task M9_What_is_stuck_and_went_back_to_the_payer_at_the_gateway_is_over_without_an_entry()
    {
        await using var cluster = await Stuck();

        Assert.Equal(503, await cluster.Hears(gateway.Says("p", Paying.Refunded("5"))));
        Assert.Equal("20.000000", Assert.Single(await cluster.Billing.GetStuckPayments("vn")).Owed.ToString());
        Assert.Equal(200, await cluster.Hears(gateway.Says("p", Paying.Refunded("25"))));

        Assert.Empty(await cluster.Billing.GetStuckPayments("vn"));
        Assert.Equal(PaymentStatus.Refunded, await cluster.StatusOfPayment("p"));
        Assert.Single(await cluster.Entries());
        await Verifies(cluster);
    }

    [Fact]
    public async Task M9_What_an_operator_has_settled_is_over_and_stays_so()
    {
        await using var cluster = await Stuck();
        var word = new SettlePayment("vn", "grace", "paid back by bank");

        Assert.Equal(SettlementResult.UnknownPayment, (await cluster.Billing.SettlePayment("p", word with { Region = "jp" })).Result);
        Assert.Equal(SettlementResult.NotStuck, (await cluster.Billing.SettlePayment("q", word)).Result);
        var reply = await cluster.Billing.SettlePayment("p", word);
        Assert.Equal((SettlementResult.Settled, PaymentStatus.Settled), (reply.Result, reply.Payment!.Status));
        Assert.Equal(reply, await cluster.Billing.SettlePayment("p", word));
        Assert.Equal(SettlementResult.NotStuck, (await cluster.Billing.SettlePayment("p", word with { By = "alan" })).Result);

        Assert.Empty(await cluster.Billing.GetStuckPayments("vn"));
        Assert.Equal(200, await cluster.Hears(gateway.Says("p", Paying.Paid())));
        Assert.Equal(200, await cluster.Hears(gateway.Says("p", Paying.Refunded("25")))); // of a credit that the balance never got
        Assert.Single(await cluster.Entries());
        Assert.Equal(503, await cluster.Hears(gateway.Says("p", Paying.Paid(reference: "pi_2")))); // money that nobody knew of
        Assert.Single(await cluster.Billing.GetStuckPayments("vn"));
        await Verifies(cluster);
    }

    [Fact]
    public async Task M9_What_comes_back_after_a_dispute_about_what_was_stuck_is_stuck_again()
    {
        await using var cluster = await Stuck();
        Assert.Equal(200, await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Withdrawn))));
        Assert.Empty(await cluster.Billing.GetStuckPayments("vn"));

        Assert.Equal(503, await cluster.Hears(gateway.Says("p", Paying.Disputed(DisputeSteps.Won))));

        Assert.Equal("25.000000", Assert.Single(await cluster.Billing.GetStuckPayments("vn")).Owed.ToString());
        Assert.Single(await cluster.Entries());
        await Verifies(cluster);
    }

    [Fact]
    public async Task M9_A_refund_of_what_was_settled_ends_nothing_of_what_is_stuck_since()
    {
        await using var cluster = await Stuck();
        var settled = await cluster.Billing.SettlePayment("p", new SettlePayment("vn", "grace", "paid back by bank"));
        Assert.Equal((Amount.Zero, Amount.Zero), (settled.Payment!.Credited, settled.Payment.TakenBack));
        Assert.Equal(503, await cluster.Hears(gateway.Says("p", Paying.Paid(reference: "pi_2"))));

        Assert.Equal(503, await cluster.Hears(gateway.Says("p", Paying.Refunded("25")))); // of the first
        Assert.Single(await cluster.Billing.GetStuckPayments("vn"));
        Assert.Equal(200, await cluster.Hears(gateway.Says("p", Paying.Refunded("50"))));
        Assert.Empty(await cluster.Billing.GetStuckPayments("vn"));
        await Verifies(cluster);
    }

    [Fact]
    public async Task M9_What_is_stuck_and_went_back_without_a_word_is_found_by_asking()
    {
        await using var cluster = await Stuck();
        gateway.Known = [Paying.Paid(), Paying.Refunded("25")];
        for (var day = 0; day < 3; day++) cluster.Leap(TimeSpan.FromDays(1));

        await Eventually.Holds(async () => (await cluster.Billing.GetStuckPayments("vn")).Length == 0, "the gateway was asked");
        Assert.Equal(PaymentStatus.Refunded, await cluster.StatusOfPayment("p"));
    }

    [Theory]
    [InlineData(FaultyState.Fault.Failed)]
    [InlineData(FaultyState.Fault.Unheard)]
    public async Task F2_One_that_is_cut_off_while_it_gets_stuck_is_among_the_stuck_ones(object fault)
    {
        var state = new FaultyState("payment");
        await using var cluster = await TwoPayments(setup => setup.State = state.Around);
        state.Next(FaultyState.Fault.None, (FaultyState.Fault)fault); // stored as paid, then cut off

        Assert.Equal(503, await cluster.Hears(gateway.Says("p", Paying.Paid()))); // the client brings it again

        Assert.Equal("p", Assert.Single(await cluster.Billing.GetStuckPayments("vn")).Payment.Id);
    }

    public void Dispose() => alerts.Dispose();

    private async Task<BillingCluster> Stuck()
    {
        var cluster = await TwoPayments();
        Assert.Equal(503, await cluster.Hears(gateway.Says("p", Paying.Paid())));
        return cluster;
    }

    /// <summary>One in dollars and one in đồng, both begun while the balance has no currency; the second one has been paid.</summary>
    private async Task<BillingCluster> TwoPayments(Action<ClusterSetup>? configure = null)
    {
        var cluster = await BillingCluster.Start(setup =>
        {
            gateway.AddTo(setup);
            var services = setup.Services;
            setup.Services = all =>
            {
                services(all);
                all.AddSingleton<ILoggerProvider>(alerts);
            };
            configure?.Invoke(setup);
        });
        await cluster.Pay("p");
        Assert.Equal(PaymentResult.Started, (await cluster.Billing.StartPayment("q", cluster.Command("500000", Currency.Vnd))).Result);
        Assert.Equal(200, await cluster.Hears(gateway.Says("q", new PaymentPaid("pi_q", Currency.Vnd, Amount.Parse("500000")))));
        return cluster;
    }

    private static async Task Verifies(BillingCluster cluster) => Assert.Empty((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);
}
