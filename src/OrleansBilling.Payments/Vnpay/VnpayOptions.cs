namespace OrleansBilling.Payments.Vnpay;

/// <summary>The settings of VNPAY. Section <c>Payments:Vnpay</c>.</summary>
public sealed class VnpayOptions
{
    /// <summary>The payment page. Default VNPAY's own; https, or http on this machine.</summary>
    public Uri PayAddress { get; set; } = new("https://pay.vnpay.vn/paymentv2/vpcpay.html");

    /// <summary>Where payments are asked about. Default VNPAY's own; https, or http on this machine.</summary>
    public Uri QueryAddress { get; set; } = new("https://merchant.vnpay.vn/merchant_webapi/api/transaction");

    /// <summary>Our terminal, given by VNPAY.</summary>
    public string TmnCode { get; set; } = "";

    /// <summary>The secret of the terminal. None by default: then VNPAY is not set up.</summary>
    public string HashSecret { get; set; } = "";

    /// <summary>Our server's IP address, which queries carry. Default <c>127.0.0.1</c>.</summary>
    public string ServerAddress { get; set; } = "127.0.0.1";

    /// <summary>Whether there is anything to sign with.</summary>
    public bool IsSetUp => HashSecret.Length > 0;

    /// <summary>The options themselves, when every value makes sense.</summary>
    /// <exception cref="ArgumentException">Names the value that does not.</exception>
    public VnpayOptions Checked()
    {
        PaymentOptions.Require("Payments:Vnpay:PayAddress", PayAddress);
        PaymentOptions.Require("Payments:Vnpay:QueryAddress", QueryAddress);
        if (IsSetUp && TmnCode.Length == 0) throw new ArgumentException("Payments:Vnpay:HashSecret is set, but Payments:Vnpay:TmnCode is not.");
        return this;
    }
}
