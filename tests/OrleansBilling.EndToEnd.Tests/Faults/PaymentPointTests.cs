using System.Globalization;
using Microsoft.Data.Sqlite;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Faults.Guards;
using OrleansBilling.EndToEnd.Tests.Ledger;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;
using OrleansBilling.FakeGateways;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>
/// People pay through every gateway, and the process is killed exactly between two of its steps, the same for all of them: it is made to stand still there,
/// what is on disk and what was answered is looked at, and only then it is killed (F2, M9, M13).
/// </summary>
public sealed class PaymentPointTests(ITestOutputHelper output) : HostTest(output)
{
    private static readonly (string Gateway, string Currency, string Amount)[] ways = [("stripe", "USD", "25"), ("vnpay", "VND", "500000"), ("paypal", "USD", "30")];

    [Fact]
    public Task F2_M9_M13_Killed_between_the_stored_notification_and_its_answer_it_credits_once() => KilledAt(PaymentPoint.Stored);

    [Fact]
    public Task F2_M9_M13_Killed_between_the_durable_credit_and_the_answer_it_credits_once() => KilledAt(PaymentPoint.Credited);

    private async Task KilledAt(PaymentPoint point)
    {
        BillingHost? host = null;
        // Not in the process that is killed, and they tell once: who repeats what is the test's own choice.
        await using var fakes = await FakeGatewayServer.Start(new FakeGatewayOptions
        {
            Notify = gateway => new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{host!.HttpPort}/payments/notifications/{gateway}")),
            Attempts = 1,
        });
        using var marks = new TemporaryFolder();
        // Fast enough that the first question to a gateway, a minute after the start of a payment, is no long wait.
        host = Prepare(["Clock:Speed=10", "Payments:Fakes=false", .. fakes.Settings.Select(setting => $"{setting.Key}={setting.Value}")]);
        foreach (var (name, value) in StandingStill.Variables(point, marks.Path)) host.Variables[name] = value;
        await host.Start();
        var payers = await Task.WhenAll(ways.Select(async way =>
        {
            var tenant = Keep(new PortalCaller(host));
            await tenant.SignIn($"{way.Gateway}@example.com");
            await tenant.SayWhoPays();
            var payment = await tenant.Post<PaymentAnswer>("/api/payments", new { gateway = way.Gateway, currency = way.Currency, amount = way.Amount });
            await Browser.Choose(payment.Page!, "Pay");
            return (way.Gateway, Amount: Amount.Parse(way.Amount), Tenant: tenant, Payment: payment.Id);
        }));
        await TenantCalls.Until(() => Task.FromResult(StandingStill.Count(point, marks.Path)), count => count == ways.Length, "every payment has come to the point");

        Assert.Equal(ways.Length, StoredAndOwed(host));
        Assert.Equal(point == PaymentPoint.Credited ? ways.Length : 0, new LedgerAudit(host.LedgerFile).Verify());
        Assert.DoesNotContain(fakes.Post.Deliveries, IsAccepted);
        await host.Kill();
        Assert.DoesNotContain(fakes.Post.Deliveries, IsAccepted);
        host.Variables.Clear();
        await host.Start();

        // Two gateways repeat what was not answered; PayPal says nothing more and is asked.
        foreach (var payer in payers.Where(payer => payer.Gateway != "paypal")) fakes.Post.Repeat(payer.Payment);
        foreach (var payer in payers)
            await TenantCalls.Until(() => payer.Tenant.Get<PaymentAnswer>($"/api/payments/{payer.Payment}"), now => now.Status == "paid", $"what was paid through {payer.Gateway} is credited");
        await fakes.Post.Settled();
        foreach (var payer in payers) fakes.Post.Repeat(payer.Payment);
        await fakes.Post.Settled();
        foreach (var payer in payers)
        {
            Assert.Contains(fakes.Post.Deliveries, delivery => delivery.Payment == payer.Payment && IsAccepted(delivery));
            Assert.Equal(payer.Amount, Assert.Single(await payer.Tenant.Ledger()).Change);
            Assert.Equal(payer.Amount, (await payer.Tenant.Balance()).TopUp);
        }
        Assert.Equal(ways.Length, new LedgerAudit(host.LedgerFile).Verify());
        Assert.Equal(0, StoredAndOwed(host));
    }

    /// <summary>VNPAY's answers are all 200 and say in their bodies what they are.</summary>
    private static bool IsAccepted(Delivery delivery) =>
        delivery.Status is >= 200 and < 300 && (delivery.Gateway != "vnpay" || delivery.Body.Contains("\"00\"", StringComparison.Ordinal) || delivery.Body.Contains("\"02\"", StringComparison.Ordinal));

    /// <summary>How many payments are on disk with what the ledger is owed for them, whether it has it already or not.</summary>
    private static int StoredAndOwed(BillingHost host)
    {
        var file = Path.Combine(Path.GetDirectoryName(host.LedgerFile)!, "orleans.db");
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 20, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """SELECT count(*) FROM OrleansGrainState WHERE CAST(PayloadBinary AS TEXT) LIKE '%"unposted":[{%"operation":"payment/%'""";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
