using OrleansBilling.Cluster.Tests.Payments;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Verification;
using OrleansBilling.Payments;

namespace OrleansBilling.Cluster.Tests.Verification;

/// <summary>M9 in <c>verify</c>: stored payments and ledger entries, compared both ways.</summary>
public sealed class PaymentTests
{
    private readonly HandGateway gateway = new();

    [Fact]
    public async Task M9_A_payment_verifies_at_every_step_of_its_life()
    {
        await using var cluster = await Begun();
        await cluster.TopUp("1");
        PaymentEvent[] story =
        [
            new PaymentPending(), Paying.Paid(), Paying.Paid(reference: "pi_2"), Paying.Refunded("5"), Paying.Disputed(DisputeSteps.Opened), Paying.Disputed(DisputeSteps.Withdrawn),
            Paying.Disputed(DisputeSteps.Won),
        ];
        foreach (var happened in story)
        {
            Assert.Equal(200, await cluster.Hears(gateway.Says("payment-1", happened)));
            Assert.Empty((await Verify(cluster)).Found);
        }
        Assert.Equal((1, 1), (await Verify(cluster)) is var result ? (result.Payments, result.Elsewhere) : default);
    }

    [Fact]
    public async Task M9_What_is_owed_is_no_violation_before_and_after_it_is_posted()
    {
        var (ledger, state) = (new FaultyLedger(), new FaultyState("payment"));
        await using var cluster = await Begun(setup => (setup.OnDisk, setup.Ledger, setup.State) = (false, ledger.Around, state.Around));
        var gateways = cluster.Cluster.Client.GetGrain<IGatewaysGrain>(0);
        ledger.FailNext();
        await Assert.ThrowsAnyAsync<Exception>(() => gateways.Take(gateway.Says("payment-1", Paying.Paid())));
        Assert.Empty((await Verify(cluster)).Found);

        state.Next(FaultyState.Fault.Failed); // posted, and not struck off
        await Assert.ThrowsAnyAsync<Exception>(() => gateways.Take(gateway.Says("payment-1", Paying.Paid())));
        Assert.Single(await cluster.Entries());
        Assert.Empty((await Verify(cluster)).Found);
    }

    [Theory]
    [InlineData("payment payment-1", "\"pi_1\"", "\"pi_9\"")] // confirmed, and not in the ledger
    [InlineData("payment payment-1", "\"takenBackMicros\":5000000", "\"takenBackMicros\":4000000")]
    [InlineData("payment payment-1", "\"corrections\":1", "\"corrections\":0")]
    [InlineData("payment payment-1", "\"credited\":[{\"name\":\"pi_1\",\"amountMicros\":25000000", "\"credited\":[{\"name\":\"pi_1\",\"amountMicros\":24000000")]
    [InlineData("payment payment-1", "\"currency\":\"USD\"", "\"currency\":\"VND\"")]
    [InlineData("payment payment-1", "\"corrections\":1", "\"corrections\":2")]
    [InlineData("entry 1", "\"tenant\":\"t1\"", "\"tenant\":\"t9\"")] // somebody else's
    [InlineData("entry 1", "\"credited\":[{\"name\":\"pi_1\",\"amountMicros\":25000000}]", "\"credited\":[]")] // in the ledger, and not confirmed
    public async Task F21_M9_a_payment_that_was_changed_is_found(string row, string old, string changed)
    {
        await using var cluster = await Begun();
        await cluster.Hears(gateway.Says("payment-1", Paying.Paid(), Paying.Refunded("5")));
        Assert.Empty((await Verify(cluster)).Found);

        Assert.Equal(1, cluster.Database.ForceState("payment-1", old, changed));

        var found = Assert.Single((await Verify(cluster)).Found);
        Assert.Equal(("M9", row), (found.Invariant, found.Row));
    }

    [Theory]
    [InlineData("stripe, payment payment-1")] // which knows nothing of it
    [InlineData("stripe, payment invented")]
    [InlineData("stripe")]
    public async Task F21_M9_a_top_up_in_the_name_of_a_gateway_that_did_not_confirm_it_is_found(string description)
    {
        await using var cluster = await Begun();
        // As a silo could, and no portal.
        await cluster.Balance.TopUp(new TopUp("payment/stripe/pi_7", Currency.Usd, Amount.Parse("25"), description));

        var found = Assert.Single((await Verify(cluster)).Found);
        Assert.Equal(("M9", "entry 1"), (found.Invariant, found.Row));
    }

    [Fact]
    public async Task M9_A_payment_beyond_the_newest_thousand_is_known_by_its_entries()
    {
        await using var cluster = await Begun();
        await cluster.Hears(gateway.Says("payment-1", Paying.Paid(), Paying.Refunded("5")));
        cluster.Database.ForceState(cluster.Tenant.ToString(), "[\"payment-1\"]", "[]");
        var forgotten = await Verify(cluster);
        Assert.Equal(0, forgotten.Payments);
        Assert.Empty(forgotten.Found);

        cluster.Database.ForceState("payment-1", "\"pi_1\"", "\"pi_9\"");

        Assert.Equal("entry 1", Assert.Single((await Verify(cluster)).Found).Row);
    }

    private async Task<BillingCluster> Begun(Action<ClusterSetup>? configure = null)
    {
        var cluster = await BillingCluster.Start(setup =>
        {
            gateway.AddTo(setup);
            setup.OnDisk = true;
            configure?.Invoke(setup);
        });
        await cluster.Pay("payment-1");
        return cluster;
    }

    private static Task<BalanceResult> Verify(BillingCluster cluster) => cluster.Service<LedgerVerification>().Verify(cluster.Tenant);
}
