using System.Globalization;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Ledger;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;
using OrleansBilling.FakeGateways;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>People pay through every gateway, which tell of it twice, while the process is killed at random moments of it (F1, M9, M13).</summary>
public sealed class PaymentSigkillTests(ITestOutputHelper output) : HostTest(output)
{
    private const int Kills = 5;

    private static readonly (string Gateway, string Currency, string Amount)[] Ways = [("stripe", "USD", "25"), ("vnpay", "VND", "500000"), ("paypal", "USD", "30")];

    [Fact]
    public async Task F1_M9_M13_Every_payment_is_credited_once_after_SIGKILL_at_any_moment()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("BILLING_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount;
        Output.WriteLine($"Seed {seed}: BILLING_SEED={seed} plays it again.");
        var random = new Random(seed);
        BillingHost? host = null;
        // Not in the process that is killed: gateways remember.
        await using var fakes = await FakeGatewayServer.Start(new FakeGatewayOptions
        {
            Notify = gateway => new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{host!.HttpPort}/payments/notifications/{gateway}")),
            RepeatAfter = TimeSpan.FromMilliseconds(200),
            Attempts = 1000,
        });
        fakes.Post.Behaviour = new FakeBehaviour(Copies: 2);
        host = await Run(["Payments:Fakes=false", .. fakes.Settings.Select(setting => $"{setting.Key}={setting.Value}")]);
        var payers = Ways.Select(way => (way.Gateway, way.Currency, way.Amount, Tenant: Keep(new PortalCaller(host)))).ToArray();
        foreach (var payer in payers)
        {
            await payer.Tenant.SignIn($"{payer.Gateway}@example.com");
            await payer.Tenant.SayWhoPays();
        }

        for (var kill = 0; kill < Kills; kill++)
        {
            foreach (var (gateway, currency, amount, tenant) in payers)
                await Browser.Choose((await tenant.Post<PaymentAnswer>("/api/payments", new { gateway, currency, amount })).Page!, "Pay");
            await Task.Delay(random.Next(0, 250));
            await host.Kill();
            await host.Start();
        }

        foreach (var (gateway, _, amount, tenant) in payers)
        {
            var payments = await TenantCalls.Until(
                () => tenant.Get<PaymentAnswer[]>("/api/payments"), now => now.All(payment => payment.Status == "paid"), $"all that was paid through {gateway} is credited", TimeSpan.FromMinutes(2));
            Assert.Equal(Kills, payments.Length);
            var entries = await tenant.Ledger();
            Assert.Equal(Enumerable.Repeat(Amount.Parse(amount), Kills), entries.Select(entry => entry.Change));
            Assert.Equal(new Amount(Amount.Parse(amount).Micros * Kills), (await tenant.Balance()).TopUp);
        }
        Assert.Equal(Kills * Ways.Length, new LedgerAudit(host.LedgerFile).Verify());
    }
}
