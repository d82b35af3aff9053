using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Payments.Tests.Support;

namespace OrleansBilling.Payments.Tests;

public sealed class SettingsTests
{
    private static readonly (string, string)[] stripe = [("Payments:Stripe:SecretKey", "sk"), ("Payments:Stripe:WebhookSecret", "whsec")];

    [Fact]
    public void A_gateway_without_a_secret_is_not_set_up_and_offered_to_nobody()
    {
        var matrix = Matrix([.. stripe, ("Regions:vn:Gateways:stripe:0", "USD"), ("Regions:vn:Gateways:stripe:1", "VND"), ("Regions:vn:Gateways:vnpay:0", "VND")]);

        Assert.Equal(
            [new PaymentOffer("stripe", Currency.Usd, Amounts.Of("25")), new PaymentOffer("stripe", Currency.Vnd, Amounts.Of("500000"))], matrix.Offers("vn"));
        Assert.NotNull(matrix.Find("stripe"));
        Assert.Null(matrix.Find("vnpay"));
        Assert.Empty(matrix.Offers("jp"));
    }

    [Theory]
    [InlineData("vn", "stripe", Currency.Usd, "25", true)]
    [InlineData("vn", "stripe", Currency.Usd, "24.99", false)]
    [InlineData("vn", "stripe", Currency.Usd, "25.001", false)]
    [InlineData("vn", "stripe", Currency.Jpy, "3000", false)]
    [InlineData("vn", "paypal", Currency.Usd, "25", false)]
    [InlineData("jp", "stripe", Currency.Usd, "25", false)]
    public void The_matrix_and_the_smallest_amounts_are_settings(string region, string gateway, Currency currency, string amount, bool taken) =>
        Assert.Equal(taken, Matrix([.. stripe, ("Regions:vn:Gateways:stripe:0", "USD")]).Refusal(region, gateway, currency, Amounts.Of(amount)) is null);

    [Fact]
    public void The_smallest_amount_can_be_set() => Assert.Null(
        Matrix([.. stripe, ("Regions:vn:Gateways:stripe:0", "USD"), ("Payments:Minimums:USD", "5")]).Refusal("vn", "stripe", Currency.Usd, Amounts.Of("5")));

    [Theory]
    [InlineData("Payments:Stripe:BaseAddress", "http://api.stripe.com/")]
    [InlineData("Payments:Vnpay:PayAddress", "ftp://pay.vnpay.vn/")]
    [InlineData("Payments:Vnpay:QueryAddress", "http://pay.vnpay.vn/")]
    [InlineData("Payments:PayPal:BaseAddress", "http://api.paypal.com/")]
    [InlineData("Payments:Stripe:SecretKey", "sk")]
    [InlineData("Payments:Stripe:Tolerance", "02:00:00")]
    [InlineData("Payments:Vnpay:HashSecret", "secret")]
    [InlineData("Payments:PayPal:ClientSecret", "secret")]
    [InlineData("Payments:PayPal:Oldest", "31.00:00:00")]
    [InlineData("Payments:DisputeHolds", "8")]
    [InlineData("Payments:UntoldRefunds", "00:10:00")]
    [InlineData("Payments:Minimums:USD", "0")]
    [InlineData("Payments:Minimums:USD", "much")]
    [InlineData("Payments:Calls:Retries", "11")]
    [InlineData("Payments:Calls:AttemptTimeout", "00:02:00")]
    [InlineData("Payments:Calls:TotalTime", "00:00:01")]
    [InlineData("Payments:Calls:FirstPause", "00:01:00")]
    [InlineData("Regions:vn:Gateways:stripe:0", "EUR")]
    public void A_setting_that_makes_no_sense_is_named(string name, string value)
    {
        var refused = Assert.Throws<ArgumentException>(() => Matrix([(name, value)]));

        Assert.Contains(name.StartsWith("Regions", StringComparison.Ordinal) ? "Region vn" : name, refused.Message, StringComparison.Ordinal);
    }

    private static PaymentMatrix Matrix((string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
        return new ServiceCollection().AddPaymentGateways(configuration).BuildServiceProvider().GetRequiredService<PaymentMatrix>();
    }
}
