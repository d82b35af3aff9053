namespace OrleansBilling.Payments.Stripe;

/// <summary>The settings of Stripe. Section <c>Payments:Stripe</c>.</summary>
public sealed class StripeOptions
{
    /// <summary>Where its API is. Default <c>https://api.stripe.com/</c>; https, or http on this machine.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.stripe.com/");

    /// <summary>The API key, <c>sk_…</c>. None by default: then Stripe is not set up.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary>The secret of the webhook endpoint, <c>whsec_…</c>. Required with <see cref="SecretKey"/>.</summary>
    public string WebhookSecret { get; set; } = "";

    /// <summary>How old a signature may be, and how far ahead. Default 300 s; range 1 s to 1 hour.</summary>
    public TimeSpan Tolerance { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>Whether there is anything to reach it with.</summary>
    public bool IsSetUp => SecretKey.Length > 0;

    /// <summary>The options themselves, when every value makes sense.</summary>
    /// <exception cref="ArgumentException">Names the value that does not.</exception>
    public StripeOptions Checked()
    {
        PaymentOptions.Require("Payments:Stripe:BaseAddress", BaseAddress);
        // An empty secret would verify what anybody signs with nothing.
        if (IsSetUp && WebhookSecret.Length == 0) throw new ArgumentException("Payments:Stripe:SecretKey is set, but Payments:Stripe:WebhookSecret is not.");
        if (Tolerance < TimeSpan.FromSeconds(1) || Tolerance > TimeSpan.FromHours(1)) throw new ArgumentException($"Payments:Stripe:Tolerance is {Tolerance}: from 1 s to 1 hour.");
        return this;
    }
}
