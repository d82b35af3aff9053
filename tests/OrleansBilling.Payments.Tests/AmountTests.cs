using OrleansBilling.Payments.PayPal;
using OrleansBilling.Payments.Stripe;
using OrleansBilling.Payments.Tests.Support;
using OrleansBilling.Payments.Vnpay;

namespace OrleansBilling.Payments.Tests;

/// <summary>What gateways count in is exact, or refused.</summary>
public sealed class AmountTests
{
    [Theory]
    [InlineData("vnpay", Currency.Vnd, "1", true)]
    [InlineData("vnpay", Currency.Vnd, "9999999999", true)]
    [InlineData("vnpay", Currency.Vnd, "10000000000", false)]
    [InlineData("vnpay", Currency.Vnd, "1.5", false)]
    [InlineData("vnpay", Currency.Usd, "25", false)]
    [InlineData("vnpay", Currency.Vnd, "0", false)]
    [InlineData("stripe", Currency.Usd, "999999.99", true)]
    [InlineData("stripe", Currency.Usd, "1000000", false)]
    [InlineData("stripe", Currency.Usd, "25.001", false)]
    [InlineData("stripe", Currency.Vnd, "99999999", true)]
    [InlineData("stripe", Currency.Vnd, "100000000", false)]
    [InlineData("stripe", Currency.Jpy, "3000", true)]
    [InlineData("stripe", Currency.Jpy, "3000.5", false)]
    [InlineData("stripe", Currency.Usd, "-25", false)]
    [InlineData("paypal", Currency.Usd, "25.01", true)]
    [InlineData("paypal", Currency.Usd, "25.001", false)]
    [InlineData("paypal", Currency.Usd, "0", false)]
    [InlineData("paypal", Currency.Jpy, "3000", true)]
    [InlineData("paypal", Currency.Jpy, "0.5", false)]
    [InlineData("paypal", Currency.Vnd, "500000", false)]
    public void An_amount_that_the_gateway_cannot_count_is_refused(string name, Currency currency, string amount, bool taken)
    {
        IPaymentGateway gateway = name switch
        {
            "vnpay" => new VnpayGateway(Unreachable.Client(), new VnpayOptions(), TimeProvider.System),
            "stripe" => new StripeGateway(Unreachable.Client(), new StripeOptions()),
            _ => new PayPalGateway(Unreachable.Client(), new PayPalOptions(), TimeProvider.System),
        };

        Assert.Equal(taken, gateway.Refusal(currency, Amounts.Of(amount)) is null);
    }
}
