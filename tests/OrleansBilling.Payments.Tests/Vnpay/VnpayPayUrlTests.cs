using System.Web;
using OrleansBilling.Payments.Tests.Support;
using OrleansBilling.Payments.Vnpay;

namespace OrleansBilling.Payments.Tests.Vnpay;

public sealed class VnpayPayUrlTests
{
    private readonly VnpayGateway gateway = new(Unreachable.Client(), new VnpayOptions { TmnCode = "DEMO0001", HashSecret = "UNITTESTSECRET" }, TimeProvider.System);

    [Fact]
    public async Task The_pay_url_says_hundredths_of_VND_in_Vietnams_time_and_is_signed_as_it_stands()
    {
        var page = (await gateway.Create(Payment("500000"), default)).Address!;

        var query = HttpUtility.ParseQueryString(page.Query);
        Assert.Equal("50000000", query["vnp_Amount"]);
        Assert.Equal("20260101103000", query["vnp_CreateDate"]);
        Assert.Equal("20260101104500", query["vnp_ExpireDate"]);
        Assert.Equal("vn", query["vnp_Locale"]);
        Assert.Equal("topup0001", query["vnp_TxnRef"]);
        Assert.Equal("https://ai.fptcloud.com/payments/topup0001?a=b", query["vnp_ReturnUrl"]);
        Assert.Contains("vnp_OrderInfo=Top-up+topup0001&", page.Query, StringComparison.Ordinal);
        var signed = page.Query[1..].Split("&vnp_SecureHash=");
        Assert.Equal(VnpaySignature.Sign(signed[0], "UNITTESTSECRET"), signed[1]);
    }

    [Fact]
    public async Task The_same_payment_has_the_same_page() =>
        Assert.Equal(await gateway.Create(Payment("500000"), default), await gateway.Create(Payment("500000"), default));

    [Fact]
    public async Task A_payment_beyond_the_limits_is_not_created() =>
        await Assert.ThrowsAsync<GatewayException>(() => gateway.Create(Payment("10000000000"), default));

    private static Payment Payment(string amount) => new("topup0001", Currency.Vnd, Amounts.Of(amount))
    {
        CreatedAt = Sent.At,
        ExpiresAt = Sent.At.AddMinutes(15),
        ReturnTo = new Uri("https://ai.fptcloud.com/payments/topup0001?a=b"),
        Language = "vi",
    };
}
