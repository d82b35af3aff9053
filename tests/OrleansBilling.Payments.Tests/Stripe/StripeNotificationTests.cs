using OrleansBilling.Payments.Stripe;
using OrleansBilling.Payments.Tests.Support;

namespace OrleansBilling.Payments.Tests.Stripe;

public sealed class StripeNotificationTests
{
    private const string Secret = "whsec_unit_test";
    private const string Time = "1767238200";
    private const string Vector = """{"id":"evt_1","type":"checkout.session.completed"}""";
    private const string VectorSignature = "44daf019d29964c48fd166fd0c34dd9540cf07b343fad6e09b43f8998e087fb9";

    private readonly StripeGateway gateway = new(Unreachable.Client(), new StripeOptions { SecretKey = "sk", WebhookSecret = Secret });

    [Fact]
    public async Task M9_The_vector_verifies()
    {
        Assert.Equal(VectorSignature, StripeSignature.Sign(Time, System.Text.Encoding.UTF8.GetBytes(Vector), Secret));

        // It says of nothing that it was completed.
        Assert.Null(Sent.Verified(await Read(Vector, $"t={Time},v1={VectorSignature}")).Payment);
    }

    [Theory]
    [InlineData("t=1767238200,v1=44daf019d29964c48fd166fd0c34dd9540cf07b343fad6e09b43f8998e087fb8")]
    [InlineData("t=1767238201,v1=" + VectorSignature)]
    [InlineData("t=1767238200,v0=" + VectorSignature)]
    [InlineData("t=1767238200")]
    [InlineData("v1=" + VectorSignature)]
    [InlineData("t=,v1=" + VectorSignature)]
    [InlineData("t=99999999999999999999,v1=" + VectorSignature)]
    [InlineData("")]
    public async Task M9_A_forged_signature_gets_400(string header) => Assert.Equal(400, Sent.Refusal(await Read(Vector, header)).Status);

    [Fact]
    public async Task M9_A_notification_without_a_signature_gets_400() => Assert.Equal(400, Sent.Refusal(await gateway.Read(Sent.ByBody(Vector, Sent.At), default)).Status);

    [Fact]
    public async Task M9_An_altered_body_gets_400() =>
        Assert.Equal(400, Sent.Refusal(await Read(Vector.Replace("evt_1", "evt_2", StringComparison.Ordinal), $"t={Time},v1={VectorSignature}")).Status);

    [Fact]
    public async Task What_is_signed_and_no_JSON_gets_400() => Assert.Equal(400, Sent.Refusal(await ReadSigned("no JSON")).Status);

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public async Task M9_A_signature_is_believed_for_300_seconds(int later, bool believed)
    {
        var read = await gateway.Read(Sent.ByBody(Vector, Sent.At.AddSeconds(later), ("stripe-signature", $"t={Time},v1={VectorSignature}")), default);

        Assert.Equal(believed, read is VerifiedNotification);
    }

    [Fact]
    public async Task Any_of_several_signatures_may_match() => Sent.Verified(await Read(Vector, $"t={Time}, v1=00, v1={VectorSignature}, v2=00"));

    [Theory]
    [InlineData("checkout.session.completed", "paid")]
    [InlineData("checkout.session.async_payment_succeeded", "paid")]
    public async Task M9_A_session_that_is_paid_is_its_payment_intent(string type, string status)
    {
        var verified = Sent.Verified(await ReadSigned(Session(type, status)));

        Assert.Equal("p1", verified.Payment);
        Assert.Equal([new PaymentPaid("pi_1", Currency.Usd, Amount.Parse("25"))], verified.Events);
    }

    [Theory]
    [InlineData("checkout.session.completed", "unpaid", typeof(PaymentPending))]
    [InlineData("checkout.session.async_payment_failed", "unpaid", typeof(PaymentFailed))]
    [InlineData("checkout.session.expired", "unpaid", typeof(PaymentExpired))]
    public async Task M9_A_session_that_is_not_paid_credits_nothing(string type, string status, Type happened) =>
        Assert.IsType(happened, Assert.Single(Sent.Verified(await ReadSigned(Session(type, status))).Events));

    [Theory]
    [InlineData("payment_intent.created")]
    [InlineData("from.the.future")]
    public async Task Unknown_events_say_nothing_and_get_200(string type)
    {
        var verified = Sent.Verified(await ReadSigned(Session(type, "paid")));

        Assert.Null(verified.Payment);
        Assert.Equal(200, gateway.Answer(NotificationOutcome.Stored).Status);
    }

    [Fact]
    public async Task A_refund_is_a_running_total_of_its_charge() => Assert.Equal([new PaymentRefunded("ch_1", Currency.Jpy, Amount.Parse("1200"))], Sent.Verified(await ReadSigned(
        """{"type":"charge.refunded","data":{"object":{"id":"ch_1","currency":"jpy","amount":3000,"amount_refunded":1200,"metadata":{"payment":"p1"}}}}""")).Events);

    [Theory]
    [InlineData("charge.dispute.created", "needs_response", DisputeSteps.Opened)]
    [InlineData("charge.dispute.funds_withdrawn", "needs_response", DisputeSteps.Withdrawn)]
    [InlineData("charge.dispute.funds_reinstated", "won", DisputeSteps.Reinstated)]
    [InlineData("charge.dispute.closed", "won", DisputeSteps.Won)]
    [InlineData("charge.dispute.closed", "warning_closed", DisputeSteps.Won)]
    [InlineData("charge.dispute.closed", "lost", DisputeSteps.Lost)]
    public async Task A_dispute_goes_step_by_step(string type, string status, DisputeSteps step)
    {
        var body = """{"type":"TYPE","data":{"object":{"id":"dp_1","currency":"usd","amount":2500,"status":"STATUS","metadata":{"payment":"p1"}}}}"""
            .Replace("TYPE", type, StringComparison.Ordinal).Replace("STATUS", status, StringComparison.Ordinal);

        Assert.Equal([new PaymentDisputed("dp_1", Currency.Usd, Amount.Parse("25"), step)], Sent.Verified(await ReadSigned(body)).Events);
    }

    [Theory]
    [InlineData(NotificationOutcome.Stored, 200)]
    [InlineData(NotificationOutcome.AlreadySettled, 200)]
    [InlineData(NotificationOutcome.UnknownPayment, 404)]
    [InlineData(NotificationOutcome.AmountDiffers, 422)]
    [InlineData(NotificationOutcome.NotStored, 503)]
    public void Only_what_is_durable_is_answered_with_success(NotificationOutcome outcome, int status) => Assert.Equal(status, gateway.Answer(outcome).Status);

    private static string Session(string type, string status) =>
        """{"type":"TYPE","data":{"object":{"id":"cs_1","currency":"usd","amount_total":2500,"payment_status":"STATUS","payment_intent":"pi_1","metadata":{"payment":"p1"}}}}"""
            .Replace("TYPE", type, StringComparison.Ordinal).Replace("STATUS", status, StringComparison.Ordinal);

    private Task<Notification> Read(string body, string header) => gateway.Read(Sent.ByBody(body, Sent.At, ("Stripe-Signature", header)), default);

    private Task<Notification> ReadSigned(string body) => Read(body, $"t={Time},v1={StripeSignature.Sign(Time, System.Text.Encoding.UTF8.GetBytes(body), Secret)}");
}
