using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Payments;

namespace OrleansBilling.Cluster.Tests.Payments;

/// <summary>A top-up exists if and only if the gateway says so, once a receipt (M9, M5).</summary>
public sealed class CreditTests
{
    private readonly HandGateway gateway = new();

    [Fact]
    public async Task F13_M9_A_hundred_notifications_at_once_and_all_again_credit_once()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.Pay("p");
        var paid = gateway.Says("p", Paying.Paid());

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => cluster.Hears(paid)));
        await cluster.Cluster.DeactivateAsync(cluster.PaymentGrain("p"));
        Assert.Equal(200, await cluster.Hears(paid));

        Assert.All(answers, answer => Assert.Equal(200, answer));
        var entry = Assert.Single(await cluster.Entries());
        Assert.Equal(("payment/stripe/pi_1", EntryKind.Credit, "25.000000"), (entry.Operation, entry.Kind, entry.Change.ToString()));
        Assert.Equal(PaymentStatus.Paid, await cluster.StatusOfPayment("p"));
    }

    [Fact]
    public async Task F13_M9_Nothing_is_credited_that_the_gateway_does_not_confirm()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.Pay("p");

        Assert.Equal(400, await cluster.Hears(HandGateway.Forged()));
        Assert.Equal(422, await cluster.Hears(gateway.Says("p", Paying.Paid("26"))));
        Assert.Equal(422, await cluster.Hears(gateway.Says("p", new PaymentPaid("pi_1", Currency.Vnd, Amount.Parse("25")))));
        Assert.Equal(422, await cluster.Hears(gateway.Says("p", new PaymentPending(Amount.Parse("26")))));
        Assert.Equal(422, await cluster.Hears(gateway.Says("p", new PaymentFailed("declined", Amount.Parse("26")))));
        Assert.Equal(404, await cluster.Hears(gateway.Says("another", Paying.Paid())));
        Assert.Null(await cluster.Billing.TakeNotification(HandGateway.Forged() with { Gateway = "vnpay" }));

        Assert.Empty(await cluster.Entries());
        Assert.Equal(PaymentStatus.Created, await cluster.StatusOfPayment("p"));
    }

    [Fact]
    public async Task F13_M9_A_notification_that_is_replayed_is_logged()
    {
        using var log = new Alerts(LogLevel.Information);
        await using var cluster = await Logged(log);
        var paid = gateway.Says("p", Paying.Paid());
        await cluster.Hears(paid);
        Assert.DoesNotContain(log.Messages, line => line.Contains("what was known", StringComparison.Ordinal));

        Assert.Equal(200, await cluster.Hears(paid));

        Assert.StartsWith("stripe has told of payment p what was known", Assert.Single(log.Messages, line => line.Contains("what was known", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F13_M9_Another_amount_that_is_found_by_asking_credits_nothing_and_is_told_to_operators_once()
    {
        using var log = new Alerts();
        await using var cluster = await Logged(log);
        gateway.Known = [Paying.Paid("26")];
        for (var times = 1; times <= 2; times++)
        {
            var asked = gateway.Asked;
            await cluster.GoesOn(TimeSpan.FromMinutes(1.1 * times), () => Task.FromResult(gateway.Asked > asked), "the gateway was asked");
            await cluster.Settle();
            await cluster.Cluster.DeactivateAsync(cluster.PaymentGrain("p"));
        }

        Assert.Empty(await cluster.Entries());
        Assert.Single(log.Messages, line => line.StartsWith("stripe, asked about payment p, names another amount", StringComparison.Ordinal));
    }

    [Fact]
    public async Task F13_M9_What_no_notification_told_is_found_by_asking()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.Pay("p");
        gateway.IsDown = true;
        await cluster.GoesOn(TimeSpan.FromMinutes(1.1), () => Task.FromResult(gateway.Asked > 0), "the gateway was asked in vain");
        (gateway.IsDown, gateway.Known) = (false, [Paying.Paid()]);
        await cluster.GoesOn(TimeSpan.FromMinutes(1.1), async () => await cluster.StatusOfPayment("p") == PaymentStatus.Paid, "the payment is found paid");
        Assert.Equal("25.000000", Assert.Single(await cluster.Entries()).Change.ToString());
    }

    [Fact]
    public async Task F13_M9_A_success_that_comes_weeks_after_it_was_given_up_is_credited()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.Pay("p");
        cluster.Leap(TimeSpan.FromDays(15));
        await Eventually.Holds(async () => await cluster.StatusOfPayment("p") == PaymentStatus.Expired, "it is given up");
        var asked = gateway.Asked;
        cluster.Leap(TimeSpan.FromDays(3));
        await cluster.Settle();
        Assert.Equal(asked, gateway.Asked);

        Assert.Equal(200, await cluster.Hears(gateway.Says("p", Paying.Paid())));

        Assert.Equal(PaymentStatus.Paid, await cluster.StatusOfPayment("p"));
        Assert.Equal("25.000000", Assert.Single(await cluster.Entries()).Change.ToString());
    }

    [Fact]
    public async Task M9_A_payer_who_approved_is_asked_about_at_once()
    {
        await using var cluster = await BillingCluster.Start(gateway.AddTo);
        await cluster.Pay("p");
        gateway.Known = [Paying.Paid()];

        Assert.Equal(200, await cluster.Hears(gateway.Says("p", new PayerApproved())));

        Assert.Equal(PaymentStatus.Paid, await cluster.StatusOfPayment("p"));
    }

    [Fact]
    public async Task M9_What_is_stored_of_a_payment_outlives_its_activation()
    {
        await using var cluster = await BillingCluster.Start(setup =>
        {
            gateway.AddTo(setup);
            setup.OnDisk = true;
        });
        await cluster.Pay("p");
        PaymentEvent[] story =
        [
            new PaymentPending(), Paying.Paid(), Paying.Refunded("5"), Paying.Disputed(DisputeSteps.Opened), Paying.Disputed(DisputeSteps.Withdrawn), Paying.Disputed(DisputeSteps.Won), Paying.Refunded("6"),
        ];
        foreach (var happened in story)
        {
            Assert.Equal(200, await cluster.Hears(gateway.Says("p", happened)));
            await cluster.Cluster.DeactivateAsync(cluster.PaymentGrain("p"));
        }

        Assert.Equal(["25.000000", "-5.000000", "-20.000000", "20.000000", "-1.000000"], (await cluster.Entries()).Select(entry => entry.Change.ToString()));
        Assert.Equal("6.000000", (await cluster.Billing.FindPayment(cluster.Tenant, "p"))!.TakenBack.ToString());
    }

    private async Task<BillingCluster> Logged(Alerts log)
    {
        var cluster = await BillingCluster.Start(setup =>
        {
            gateway.AddTo(setup);
            setup.Services += services => services.AddSingleton<ILoggerProvider>(log);
        });
        await cluster.Pay("p");
        return cluster;
    }
}
