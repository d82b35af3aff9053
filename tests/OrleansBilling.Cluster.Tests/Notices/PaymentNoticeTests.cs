using OrleansBilling.Cluster.Tests.Payments;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Notices;
using OrleansBilling.Payments;

namespace OrleansBilling.Cluster.Tests.Notices;

/// <summary>The tenant hears what became of its payments, once each.</summary>
public sealed class PaymentNoticeTests
{
    private readonly HandGateway gateway = new();
    private readonly FaultyLedger ledger = new();

    [Fact]
    public async Task M5_A_payment_that_failed_is_told_once_and_so_is_the_success_that_came_all_the_same()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.Pay("p");
        for (var times = 0; times < 3; times++) await cluster.Hears(gateway.Says("p", new PaymentFailed("declined")));
        for (var times = 0; times < 3; times++) await cluster.Hears(gateway.Says("p", Paying.Paid()));

        var told = await cluster.Billing.GetNotices(cluster.Tenant);
        Assert.Equal([NoticeKind.Paid, NoticeKind.PaymentFailed], told.Select(notice => notice.Kind));
        Assert.Equal(("25.000000", "stripe, payment p"), (told[1].Amount.ToString(), told[1].About));
    }

    [Fact]
    public async Task P1_4_One_that_failed_in_another_currency_than_the_balances_is_told_in_its_own()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.SayWhoPays();
        await cluster.Billing.StartPayment("p", cluster.Command("600000", Currency.Vnd));
        await cluster.TopUp("1"); // fixes the balance's currency meanwhile
        await cluster.Hears(gateway.Says("p", new PaymentFailed("declined")));

        var told = Assert.Single(await cluster.Notices(NoticeKind.PaymentFailed));
        Assert.Equal((Currency.Vnd, "600000.000000"), (told.Currency, told.Amount.ToString()));
        Assert.Contains(NoticeLanguage.All.Select(language => language.Write(told.Amount, Currency.Vnd)), amount => told.Title.Contains(amount, StringComparison.Ordinal));
    }

    [Fact]
    public async Task M13_One_whose_telling_is_cut_off_is_told_all_the_same()
    {
        await using var cluster = await BillingCluster.Start(setup =>
        {
            gateway.AddTo(setup);
            setup.Ledger = ledger.Around;
        });
        await cluster.Pay("p");
        await cluster.TopUp("1");
        ledger.FailNext();
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Cluster.Client.GetGrain<Contracts.Payments.IGatewaysGrain>(0).Take(gateway.Says("p", new PaymentFailed("declined"))));

        await cluster.Advance(TimeSpan.FromMinutes(1.1));

        await Eventually.Holds(async () => (await cluster.Notices(NoticeKind.PaymentFailed)).Length == 1, "the tenant is told");
    }
}
