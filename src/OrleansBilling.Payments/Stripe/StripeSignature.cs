using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Payments.Stripe;

/// <summary>
/// The header <c>Stripe-Signature: t=…,v1=…[,v1=…]</c>: HMAC-SHA256 of <c>t.body</c> with the endpoint's secret. While a secret is changed there
/// are two <c>v1</c>; other schemes say nothing.
/// </summary>
public static class StripeSignature
{
    /// <summary>Why a body is not believed, as a sentence; null when it is.</summary>
    public static string? Refusal(string? header, ReadOnlySpan<byte> body, string secret, DateTimeOffset now, TimeSpan tolerance)
    {
        string? time = null;
        var signatures = new List<string>();
        foreach (var part in (header ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith("t=", StringComparison.Ordinal)) time = part[2..];
            if (part.StartsWith("v1=", StringComparison.Ordinal)) signatures.Add(part[3..]);
        }
        // At most 12 digits, so that the difference below is one.
        if (time is not { Length: > 0 and <= 12 } || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || signatures.Count == 0)
            return "There is no signature.";

        var expected = Encoding.ASCII.GetBytes(Sign(time, body, secret));
        if (!signatures.Any(signature => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature), expected)))
            return "No signature matches.";
        return Math.Abs(now.ToUnixTimeSeconds() - seconds) > tolerance.TotalSeconds ? $"The signature is of {time}, the clock says {now.ToUnixTimeSeconds()}." : null;
    }

    /// <summary>The signature of a body at a time, in lower-case hex.</summary>
    public static string Sign(string time, ReadOnlySpan<byte> body, string secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.ASCII.GetBytes(time + "."), .. body]));
}
