using System.Globalization;

namespace OrleansBilling.Payments.PayPal;

/// <summary>What a PayPal notification carries besides its body. The signature covers <c>transmission-id|transmission-time|webhook-id|crc32 of the body</c>.</summary>
internal sealed record PayPalTransmission(string Id, string Time, string Signature, string Algorithm, Uri Certificate)
{
    /// <summary>The headers; null when one is missing.</summary>
    public static PayPalTransmission? Of(NotificationRequest request) =>
        request.Header("PAYPAL-TRANSMISSION-ID") is { Length: > 0 } id && request.Header("PAYPAL-TRANSMISSION-TIME") is { Length: > 0 } time
        && request.Header("PAYPAL-TRANSMISSION-SIG") is { Length: > 0 } signature && request.Header("PAYPAL-AUTH-ALGO") is { Length: > 0 } algorithm
        && Uri.TryCreate(request.Header("PAYPAL-CERT-URL"), UriKind.Absolute, out var certificate)
            ? new PayPalTransmission(id, time, signature, algorithm, certificate)
            : null;

    /// <summary>When it was sent; null when that is no instant.</summary>
    public DateTimeOffset? SentAt => DateTimeOffset.TryParse(Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sent) ? sent : null;
}
