using System.Net;
using System.Text;
using OrleansBilling.Payments.PayPal;
using OrleansBilling.Payments.Tests.Support;

namespace OrleansBilling.Payments.Tests.PayPal;

public sealed class PayPalNotificationTests : IClassFixture<Authority>, IDisposable
{
    private const string Certificate = "https://api.paypal.com/v1/notifications/certs/CERT-1";
    private const string Time = "2026-01-01T03:30:00Z";
    private const string Vector = """{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED"}""";
    private const string Captured =
        """{"event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"id":"CAP1","status":"COMPLETED","custom_id":"p1","amount":{"currency_code":"USD","value":"25.00"}}}""";

    private readonly Authority authority;
    private readonly CertificateHost host = new();
    private readonly PayPalGateway gateway;

    public PayPalNotificationTests(Authority authority)
    {
        this.authority = authority;
        host.Files[Certificate] = authority.Certificate;
        gateway = Gateway();
    }

    [Fact]
    public void The_vector_is_the_checksum_of_the_body() => Assert.Equal("2325436976", PayPalSignature.Checksum(Encoding.UTF8.GetBytes(Vector)));

    [Fact]
    public async Task M9_A_capture_that_is_signed_is_a_payment()
    {
        var verified = Sent.Verified(await gateway.Read(Signed(Captured), default));

        Assert.Equal("p1", verified.Payment);
        Assert.Equal([new PaymentPaid("CAP1", Currency.Usd, Amount.Parse("25"))], verified.Events);
    }

    [Fact]
    public async Task A_certificate_is_fetched_once()
    {
        for (var time = 0; time < 3; time++) Sent.Verified(await gateway.Read(Signed(Captured), default));

        Assert.Equal([Certificate], host.Fetched);
    }

    [Fact]
    public async Task M9_What_is_altered_or_forged_gets_400()
    {
        var signature = authority.Sign("T1", Time, "WH1", Captured);
        await Refused(With(Captured.Replace("25.00", "95.00", StringComparison.Ordinal), signature));
        await Refused(With(Captured, signature, id: "T2"));
        await Refused(With(Captured, signature, time: "2026-01-01T03:30:01Z"));
        await Refused(With(Captured, authority.Sign("T1", Time, "WH2", Captured)));
        await Refused(With(Captured, "AAAA"));
        await Refused(With(Captured, "no base64"));
        await Refused(With(Captured, signature, algorithm: "NONE"));
        using var other = new Authority();
        await Refused(With(Captured, other.Sign("T1", Time, "WH1", Captured)));
    }

    [Theory]
    [InlineData("PAYPAL-TRANSMISSION-ID")]
    [InlineData("PAYPAL-TRANSMISSION-TIME")]
    [InlineData("PAYPAL-TRANSMISSION-SIG")]
    [InlineData("PAYPAL-AUTH-ALGO")]
    [InlineData("PAYPAL-CERT-URL")]
    public async Task M9_A_notification_without_a_header_gets_400(string missing)
    {
        var whole = Signed(Captured);
        await Refused(whole with { Headers = whole.Headers.Where(header => header.Key != missing).ToDictionary() });
        Assert.Empty(host.Fetched);
    }

    [Theory]
    [InlineData("http://api.paypal.com/v1/notifications/certs/CERT-1")]
    [InlineData("https://evil.example/v1/notifications/certs/CERT-1")]
    [InlineData("https://api.paypal.com.evil.example/CERT-1")]
    [InlineData("https://api.paypal.com@evil.example/CERT-1")]
    [InlineData("https://user@api.paypal.com/CERT-1")]
    [InlineData("https://api.paypal.com:8443/CERT-1")]
    [InlineData("file:///etc/ssl/CERT-1")]
    public async Task M9_A_certificate_from_elsewhere_is_not_even_fetched(string address)
    {
        host.Files[address] = authority.Certificate;

        await Refused(With(Captured, authority.Sign("T1", Time, "WH1", Captured), certificate: address));
        Assert.Empty(host.Fetched);
    }

    [Fact]
    public async Task M9_A_certificate_that_leads_to_no_trusted_root_is_refused()
    {
        using var other = new Authority();
        host.Files[Certificate] = other.Certificate;

        await Refused(With(Captured, other.Sign("T1", Time, "WH1", Captured)));
    }

    [Fact]
    public async Task M9_An_expired_certificate_is_refused()
    {
        using var old = Authority.Expired();
        host.Files[Certificate] = old.Certificate;

        Assert.Equal(400, Sent.Refusal(await Gateway(old).Read(With(Captured, old.Sign("T1", Time, "WH1", Captured)), default)).Status);
    }

    [Fact]
    public async Task M9_What_is_no_certificate_is_refused()
    {
        foreach (var nonsense in new[] { "", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" })
        {
            host.Files[Certificate] = nonsense;
            await Refused(Signed(Captured));
        }
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_fetched_now_is_no_refusal()
    {
        host.Status = HttpStatusCode.ServiceUnavailable;

        await Assert.ThrowsAsync<HttpRequestException>(() => gateway.Read(Signed(Captured), default));
    }

    [Theory]
    [InlineData(4 * 24 * 60, true)]
    [InlineData(4 * 24 * 60 + 1, false)]
    [InlineData(-5, true)]
    [InlineData(-6, false)]
    public async Task M9_A_stale_notification_gets_400(int minutesLater, bool believed) =>
        Assert.Equal(believed, await gateway.Read(Signed(Captured) with { ReceivedAt = Sent.At.AddMinutes(minutesLater) }, default) is VerifiedNotification);

    [Theory]
    [InlineData("PAYMENT.CAPTURE.PENDING", typeof(PaymentPending))]
    [InlineData("PAYMENT.CAPTURE.DENIED", typeof(PaymentFailed))]
    [InlineData("PAYMENT.CAPTURE.REFUNDED", typeof(PaymentRefunded))]
    [InlineData("PAYMENT.CAPTURE.REVERSED", typeof(PaymentRefunded))]
    public async Task Every_event_of_a_capture_has_its_meaning(string type, Type happened) => Assert.IsType(
        happened, Assert.Single(Sent.Verified(await gateway.Read(Signed(Captured.Replace("PAYMENT.CAPTURE.COMPLETED", type, StringComparison.Ordinal)), default)).Events));

    [Fact]
    public async Task Unknown_events_say_nothing() =>
        Assert.Null(Sent.Verified(await gateway.Read(Signed("""{"event_type":"FROM.THE.FUTURE","resource":{"custom_id":"p1"}}"""), default)).Payment);

    [Fact]
    public async Task An_approval_is_read_from_the_order() => Assert.Equal([new PayerApproved()], Sent.Verified(await gateway.Read(
        Signed("""{"event_type":"CHECKOUT.ORDER.APPROVED","resource":{"id":"O1","purchase_units":[{"custom_id":"p1"}]}}"""), default)).Events);

    public void Dispose() => host.Dispose();

    private PayPalGateway Gateway(Authority? trusted = null) => new(
        new HttpClient(host), new PayPalOptions { ClientId = "id", ClientSecret = "secret", WebhookId = "WH1", CertificateRoot = (trusted ?? authority).RootFile }, new Fixed());

    private NotificationRequest Signed(string body) => With(body, authority.Sign("T1", Time, "WH1", body));

    private static NotificationRequest With(
        string body, string signature, string id = "T1", string time = Time, string algorithm = "SHA256withRSA", string certificate = Certificate) => Sent.ByBody(body, Sent.At,
        ("PAYPAL-TRANSMISSION-ID", id), ("PAYPAL-TRANSMISSION-TIME", time), ("PAYPAL-TRANSMISSION-SIG", signature), ("PAYPAL-AUTH-ALGO", algorithm), ("PAYPAL-CERT-URL", certificate));

    private async Task Refused(NotificationRequest request) => Assert.Equal(400, Sent.Refusal(await gateway.Read(request, default)).Status);

    private sealed class Fixed : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Sent.At;
    }

    private sealed class CertificateHost : HttpMessageHandler
    {
        public Dictionary<string, string> Files { get; } = [];

        public List<string> Fetched { get; } = [];

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Fetched.Add(request.RequestUri!.AbsoluteUri);
            return Task.FromResult(new HttpResponseMessage(Status) { Content = new StringContent(Files[request.RequestUri.AbsoluteUri]) });
        }
    }
}
