using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Contracts.Tenants;
using OrleansBilling.Domain.Money;
using OrleansBilling.Payments;

namespace OrleansBilling.Cluster.Tests.Payments;

/// <summary>What a test of payments does again and again.</summary>
internal static class Paying
{
    public static StartPayment Command(this BillingCluster cluster, string amount = "25", Currency currency = Currency.Usd) =>
        new(cluster.Tenant, "stripe", currency, Amount.Parse(amount), new Uri("http://vn.localhost/payments/p"), "127.0.0.1");

    public static readonly BillingProfile Profile = new(BillingProfileKind.Personal, "Ada Lovelace", "ada@example.com", "12 Nguyen Hue", "VN");

    /// <summary>Says who pays, which is asked before the first payment.</summary>
    public static async Task SayWhoPays(this BillingCluster cluster, BalanceId? balance = null) =>
        Assert.Null(await cluster.Billing.SetBillingProfile(balance ?? cluster.Tenant, "who", Profile));

    public static async Task<PaymentView> Pay(this BillingCluster cluster, string payment, string amount = "25")
    {
        await cluster.SayWhoPays();
        var reply = await cluster.Billing.StartPayment(payment, cluster.Command(amount));
        Assert.Equal(PaymentResult.Started, reply.Result);
        return reply.Payment!;
    }

    public static PaymentPaid Paid(string amount = "25", string reference = "pi_1") => new(reference, Currency.Usd, Amount.Parse(amount));

    public static PaymentRefunded Refunded(string total, string refund = "re_1") => new(refund, Currency.Usd, Amount.Parse(total));

    public static PaymentDisputed Disputed(DisputeSteps step, string amount = "25", string dispute = "dp_1") => new(dispute, Currency.Usd, Amount.Parse(amount), step);

    public static async Task<int> Hears(this BillingCluster cluster, GatewayNotification notification) => (await cluster.Billing.TakeNotification(notification))!.Status;

    public static async Task<PaymentStatus> StatusOfPayment(this BillingCluster cluster, string payment) => (await cluster.Billing.FindPayment(cluster.Tenant, payment))!.Status;

    /// <summary>Time passes in which nobody looked: what was due meanwhile is due once.</summary>
    public static void Leap(this BillingCluster cluster, TimeSpan by) => cluster.Clock.AdvanceTo(cluster.Clock.Now + by);

    /// <summary>Goes on by so much, again and again, until it is so: a reminder may be armed anew later than the clock was moved.</summary>
    public static Task GoesOn(this BillingCluster cluster, TimeSpan by, Func<Task<bool>> until, string what) => Eventually.Holds(
        async () =>
        {
            await cluster.Advance(by);
            for (var looked = 0; looked < 20; looked++)
            {
                if (await until()) return true;
                await Task.Delay(100);
            }
            return false;
        },
        what);

    public static IPaymentGrain PaymentGrain(this BillingCluster cluster, string payment) => cluster.Cluster.Client.GetGrain<IPaymentGrain>(payment);
}
