using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Cluster.Tests.Payments;

/// <summary>Stored, posted, answered: cut off anywhere in between, there is exactly one credit (M5, M9, M13; F2, F6).</summary>
public sealed class CutOffTests
{
    private readonly HandGateway gateway = new();
    private readonly FaultyState state = new("payment");
    private readonly FaultyLedger ledger = new();

    public static TheoryData<string> Places => ["event failed", "event unheard", "posting failed", "posting unheard", "posted failed", "posted unheard"];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task F2_F6_M13_A_notification_that_is_cut_off_and_comes_again_credits_once(string place)
    {
        await using var cluster = await Start();
        CutOff(place);

        Assert.Equal(200, await cluster.Hears(gateway.Says("p", Paying.Paid()))); // the client brings it again

        await PaidOnce(cluster);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task F2_F6_M9_One_that_is_cut_off_and_never_comes_again_credits_once_all_the_same(string place)
    {
        await using var cluster = await Start();
        CutOff(place);
        var gateways = cluster.Cluster.Client.GetGrain<IGatewaysGrain>(0);
        await Assert.ThrowsAnyAsync<Exception>(() => gateways.Take(gateway.Says("p", Paying.Paid())));

        gateway.Known = [Paying.Paid()];
        await cluster.GoesOn(TimeSpan.FromMinutes(1.1), async () => await cluster.StatusOfPayment("p") == PaymentStatus.Paid, "what is owed is posted");

        await PaidOnce(cluster);
    }

    [Fact]
    public async Task F2_M9_What_is_owed_after_it_was_given_up_is_posted_though_nobody_asks_any_more()
    {
        await using var cluster = await Start();
        await cluster.Hears(gateway.Says("p", new OrleansBilling.Payments.PaymentFailed("declined")));
        await cluster.GoesOn(TimeSpan.FromMinutes(1.1), () => Task.FromResult(gateway.Asked == 1), "the last question was asked");
        CutOff("posting failed");
        var gateways = cluster.Cluster.Client.GetGrain<IGatewaysGrain>(0);
        await Assert.ThrowsAnyAsync<Exception>(() => gateways.Take(gateway.Says("p", Paying.Paid())));

        await cluster.GoesOn(TimeSpan.FromMinutes(1.1), async () => await cluster.StatusOfPayment("p") == PaymentStatus.Paid, "what is owed is posted");

        await PaidOnce(cluster);
    }

    [Fact]
    public async Task F2_M9_What_is_owed_is_posted_soon_however_seldom_the_gateway_is_asked()
    {
        await using var cluster = await Start();
        await cluster.GoesOn(TimeSpan.FromHours(4), () => Task.FromResult(gateway.Asked >= 5), "it has been asked some times"); // and from now on every two hours
        Assert.InRange(gateway.Asked, 5, 12);
        CutOff("posting failed");
        var gateways = cluster.Cluster.Client.GetGrain<IGatewaysGrain>(0);
        await Assert.ThrowsAnyAsync<Exception>(() => gateways.Take(gateway.Says("p", Paying.Paid())));

        await cluster.GoesOn(TimeSpan.FromMinutes(1.1), async () => await cluster.StatusOfPayment("p") == PaymentStatus.Paid, "what is owed is posted");

        await PaidOnce(cluster);
    }

    [Fact]
    public async Task M9_A_credit_that_the_balance_refuses_is_not_called_taken()
    {
        await using var cluster = await Start();
        await cluster.Billing.TopUp(cluster.Tenant, new("other", Currency.Vnd, Amount.Parse("500000"), "another way"));

        Assert.Equal(503, await cluster.Hears(gateway.Says("p", Paying.Paid())));
        Assert.Equal(PaymentStatus.Stuck, await cluster.StatusOfPayment("p"));
        Assert.Single(await cluster.Entries());
    }

    private async Task<BillingCluster> Start()
    {
        var cluster = await BillingCluster.Start(setup =>
        {
            gateway.AddTo(setup);
            (setup.State, setup.Ledger) = (state.Around, ledger.Around);
        });
        await cluster.Pay("p");
        return cluster;
    }

    private void CutOff(string place)
    {
        switch (place)
        {
            case "event failed": state.Next(FaultyState.Fault.Failed); break;
            case "event unheard": state.Next(FaultyState.Fault.Unheard); break;
            case "posting failed": ledger.FailNext(); break;
            case "posting unheard": ledger.LoseNextAnswer(); break;
            case "posted failed": state.Next(FaultyState.Fault.None, FaultyState.Fault.Failed); break;
            default: state.Next(FaultyState.Fault.None, FaultyState.Fault.Unheard); break;
        }
    }

    private static async Task PaidOnce(BillingCluster cluster)
    {
        await Eventually.Holds(async () => await cluster.StatusOfPayment("p") == PaymentStatus.Paid, "the payment is paid");
        var entry = Assert.Single(await cluster.Entries());
        Assert.Equal((EntryKind.Credit, "25.000000"), (entry.Kind, entry.Change.ToString()));
    }
}
