using OrleansBilling.Payments.Tests.Support;
using OrleansBilling.Payments.Vnpay;

namespace OrleansBilling.Payments.Tests.Vnpay;

public sealed class VnpayNotificationTests
{
    private const string Secret = "UNITTESTSECRET";
    private const string Query =
        "vnp_Amount=50000000&vnp_BankCode=NCB&vnp_BankTranNo=VNP0001&vnp_CardType=ATM&vnp_OrderInfo=Nap+tien+tenant+t1&vnp_PayDate=20260101103200&vnp_ResponseCode=00"
        + "&vnp_TmnCode=DEMO0001&vnp_TransactionNo=14226112&vnp_TransactionStatus=00&vnp_TxnRef=topup0001";
    private const string Hash = "418598390177c5ccfec2550df1569af432a296500e44668e2500918e80efc4c5f6be9ad0fa290f237ea0d82803917415e7c9485a444ea85b22edebdc7679aae0";

    private readonly VnpayGateway gateway = new(Unreachable.Client(), new VnpayOptions { TmnCode = "DEMO0001", HashSecret = Secret }, TimeProvider.System);

    [Fact]
    public async Task M9_The_vector_is_a_payment()
    {
        Assert.Equal(Hash, VnpaySignature.Sign(Query, Secret));

        var verified = Sent.Verified(await Read($"{Query}&vnp_SecureHash={Hash}"));

        Assert.Equal("topup0001", verified.Payment);
        Assert.Equal([new PaymentPaid("14226112", Currency.Vnd, Amount.Parse("500000"))], verified.Events);
    }

    [Fact]
    public async Task The_signature_ignores_case_order_empty_parameters_and_those_of_others() =>
        Assert.NotEmpty(Sent.Verified(await Read($"?utm=mail&vnp_SecureHashType=HmacSHA512&vnp_Bill=&vnp_SecureHash={Hash.ToUpperInvariant()}&{Query}")).Events);

    [Theory]
    [InlineData("vnp_Amount=50000000", "vnp_Amount=90000000")]
    [InlineData("vnp_TxnRef=topup0001", "vnp_TxnRef=topup0002")]
    [InlineData("vnp_TransactionNo=14226112", "vnp_TransactionNo=14226113")]
    [InlineData("vnp_Amount=50000000", "vnp_Amount=50000000&vnp_Extra=1")]
    [InlineData("vnp_Amount=50000000", "vnp_Amount=50000000&vnp_Amount=50000000")]
    [InlineData("4185983", "4185984")]
    [InlineData("vnp_SecureHash=" + Hash, "vnp_SecureHash=")]
    [InlineData("&vnp_SecureHash=" + Hash, "")]
    public async Task M9_An_altered_or_forged_notification_gets_97(string written, string altered)
    {
        var whole = $"{Query}&vnp_SecureHash={Hash}";
        Assert.Contains(written, whole, StringComparison.Ordinal);

        var answer = Sent.Refusal(await Read(whole.Replace(written, altered, StringComparison.Ordinal)));

        Assert.Equal((200, "97"), (answer.Status, Code(answer)));
    }

    [Theory]
    [InlineData("vnp_ResponseCode=00", "vnp_ResponseCode=24")]
    [InlineData("vnp_TransactionStatus=00", "vnp_TransactionStatus=02")]
    public async Task M9_Only_both_codes_together_are_a_payment(string code, string other)
    {
        var failed = Assert.IsType<PaymentFailed>(Assert.Single(Sent.Verified(await ReadSigned(Query.Replace(code, other, StringComparison.Ordinal))).Events));

        Assert.Equal(Amount.Parse("500000"), failed.Claimed);
    }

    [Fact]
    public async Task A_transaction_under_way_is_pending() =>
        Assert.Equal([new PaymentPending(Amounts.Of("500000"))], Sent.Verified(await ReadSigned(Query.Replace("Status=00", "Status=01", StringComparison.Ordinal))).Events);

    [Theory]
    [InlineData("vnp_TmnCode=DEMO0001", "vnp_TmnCode=OTHER", "99")]
    [InlineData("&vnp_TransactionNo=14226112", "", "99")]
    [InlineData("vnp_Amount=50000000", "vnp_Amount=much", "99")]
    [InlineData("vnp_TxnRef=topup0001", "vnp_TxnRef=not%2Fours", "01")]
    public async Task What_is_signed_and_makes_no_sense_is_answered_by_its_kind(string written, string other, string code) =>
        Assert.Equal(code, Code(Sent.Refusal(await ReadSigned(Query.Replace(written, other, StringComparison.Ordinal)))));

    [Theory]
    [InlineData(NotificationOutcome.UnknownPayment, "01")]
    [InlineData(NotificationOutcome.AmountDiffers, "04")]
    [InlineData(NotificationOutcome.AlreadySettled, "02")]
    [InlineData(NotificationOutcome.Stored, "00")]
    [InlineData(NotificationOutcome.NotStored, "99")]
    public void Every_outcome_has_VNPAYs_answer(NotificationOutcome outcome, string code)
    {
        var answer = gateway.Answer(outcome);

        Assert.Equal((200, code, "application/json"), (answer.Status, Code(answer), answer.ContentType));
    }

    private Task<Notification> Read(string query) => gateway.Read(Sent.ByQuery(query), default);

    private Task<Notification> ReadSigned(string query) => Read($"{query}&vnp_SecureHash={VnpaySignature.Sign(query, Secret)}");

    private static string Code(GatewayAnswer answer) => System.Text.Json.JsonDocument.Parse(answer.Body).RootElement.GetProperty("RspCode").GetString()!;
}
