using System.Security.Cryptography.X509Certificates;
using OrleansBilling.FakeGateways;
using OrleansBilling.Payments.PayPal;

namespace OrleansBilling.Payments.Tests.Fakes;

public sealed class PayPalFakeTests
{
    [Fact]
    public async Task M9_A_notification_verifies_by_the_certificate_that_PayPal_offers_over_https()
    {
        var folder = Directory.CreateTempSubdirectory("paypal-root").FullName;
        try
        {
            await using var merchant = await Merchant.Open(certificates: true);
            merchant.PayPal = ByCertificate(merchant, Path.Combine(folder, "root.pem"));
            var payment = await merchant.Begin("paypal", Currency.Usd, "25");
            await merchant.Choose(payment, FakeAct.Pay);
            await merchant.Fakes.Post.Settled();

            Assert.Equal(PayPalVerification.Certificate, merchant.Options.PayPal.Verification);
            Assert.Equal([200, 200], merchant.Fakes.Post.Deliveries.Select(delivery => delivery.Status));
            Assert.Equal("25.000000", merchant.Credit);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_reversal_that_names_only_its_capture_is_taken_back()
    {
        await using var merchant = await Merchant.Open();
        var payment = await merchant.Begin("paypal", Currency.Usd, "25");
        await merchant.Choose(payment, FakeAct.Pay);
        await merchant.Fakes.Post.Settled();
        merchant.Fakes.Do(payment.Id, FakeAct.Reverse);
        await merchant.Fakes.Post.Settled();

        Assert.Equal((PaymentStatus.Refunded, "0.000000"), (merchant.State(payment).Status, merchant.Credit));
    }

    [Fact]
    public async Task A_payment_that_PayPal_denied_is_failed_whether_it_is_told_or_asked()
    {
        await using var merchant = await Merchant.Open();
        var told = await merchant.Begin("paypal", Currency.Usd, "25");
        await merchant.Choose(told, FakeAct.Fail);
        await merchant.Fakes.Post.Settled();
        merchant.Fakes.Post.Behaviour = new FakeBehaviour(Silent: true);
        var asked = await merchant.Begin("paypal", Currency.Usd, "25");
        await merchant.Choose(asked, FakeAct.Fail);
        await merchant.Ask(asked);

        Assert.Equal((PaymentStatus.Failed, PaymentStatus.Failed), (merchant.State(told).Status, merchant.State(asked).Status));
    }

    private static PayPalGateway ByCertificate(Merchant merchant, string rootFile)
    {
        File.WriteAllText(rootFile, merchant.Fakes.Root.ExportCertificatePem());
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(merchant.Fakes.Root);
        merchant.Options.PayPal.CertificateRoot = rootFile;
        return new PayPalGateway(new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } }), merchant.Options.PayPal, TimeProvider.System);
    }
}
