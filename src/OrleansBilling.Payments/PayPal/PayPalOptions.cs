namespace OrleansBilling.Payments.PayPal;

/// <summary>How PayPal's notifications are verified.</summary>
public enum PayPalVerification
{
    /// <summary>Here, with the certificate that the notification names.</summary>
    Certificate = 1,

    /// <summary>By PayPal's API, which is asked about each.</summary>
    Api = 2,
}

/// <summary>The settings of PayPal. Section <c>Payments:PayPal</c>.</summary>
public sealed class PayPalOptions
{
    /// <summary>Where its API is. Default <c>https://api-m.paypal.com/</c>; https, or http on this machine.</summary>
    public Uri BaseAddress { get; set; } = new("https://api-m.paypal.com/");

    /// <summary>The application's id.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The application's secret. None by default: then PayPal is not set up.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>The id of the webhook, which its signatures cover. Required with <see cref="ClientSecret"/>.</summary>
    public string WebhookId { get; set; } = "";

    /// <summary>How notifications are verified. Default by certificate.</summary>
    public PayPalVerification Verification { get; set; } = PayPalVerification.Certificate;

    /// <summary>
    /// The hosts that certificates may come from, comma-separated, with a port where it is not 443. Default <c>api.paypal.com</c>; the sandbox's is <c>api.sandbox.paypal.com</c>.
    /// </summary>
    public string CertificateHosts { get; set; } = "api.paypal.com";

    /// <summary>A file with the only root, in PEM, that certificates may come from. None by default: the system's roots.</summary>
    public string CertificateRoot { get; set; } = "";

    /// <summary>How old a notification may be. Default 4 days, because PayPal repeats for three; range 1 minute to 30 days.</summary>
    public TimeSpan Oldest { get; set; } = TimeSpan.FromDays(4);

    /// <summary>Whether there is anything to reach it with.</summary>
    public bool IsSetUp => ClientSecret.Length > 0;

    /// <summary>The options themselves, when every value makes sense.</summary>
    /// <exception cref="ArgumentException">Names the value that does not.</exception>
    public PayPalOptions Checked()
    {
        PaymentOptions.Require("Payments:PayPal:BaseAddress", BaseAddress);
        if (IsSetUp && (ClientId.Length == 0 || WebhookId.Length == 0))
            throw new ArgumentException("Payments:PayPal:ClientSecret is set, but Payments:PayPal:ClientId or Payments:PayPal:WebhookId is not.");
        if (!Enum.IsDefined(Verification)) throw new ArgumentException($"Payments:PayPal:Verification is {Verification}: Certificate or Api.");
        if (Verification == PayPalVerification.Certificate && CertificateHosts.Length == 0) throw new ArgumentException("Payments:PayPal:CertificateHosts names no host.");
        if (Oldest < TimeSpan.FromMinutes(1) || Oldest > TimeSpan.FromDays(30)) throw new ArgumentException($"Payments:PayPal:Oldest is {Oldest}: from 1 minute to 30 days.");
        return this;
    }
}
