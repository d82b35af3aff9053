using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Grains.Notices.Webhooks;

/// <summary>Secrets and signatures after Standard Webhooks 1.0.0.</summary>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";
    private const int SecretBytes = 32; // of the 24 to 64 that the standard allows

    /// <summary>A new secret: <c>whsec_</c> and random bytes in base 64.</summary>
    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The header <c>webhook-signature</c>: one signature a secret, so that receivers may change theirs without a gap.</summary>
    public static string Of(IEnumerable<string> secrets, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.")), .. body];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[Prefix.Length..]), signed))}"));
    }
}
