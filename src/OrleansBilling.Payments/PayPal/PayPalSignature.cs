using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Payments.PayPal;

/// <summary>PayPal's own signatures: RSA with SHA-256.</summary>
public static class PayPalSignature
{
    /// <summary>The checksum of a body, as the signature has it: an unsigned decimal.</summary>
    public static string Checksum(ReadOnlySpan<byte> body) => Crc32.HashToUInt32(body).ToString(CultureInfo.InvariantCulture);

    internal static bool Matches(PayPalTransmission transmission, string webhookId, ReadOnlySpan<byte> body, RSA key)
    {
        if (transmission.Algorithm != "SHA256withRSA") return false;
        var signature = new byte[transmission.Signature.Length];
        return Convert.TryFromBase64String(transmission.Signature, signature, out var length)
            && key.VerifyData(
                Encoding.UTF8.GetBytes($"{transmission.Id}|{transmission.Time}|{webhookId}|{Checksum(body)}"), signature.AsSpan(0, length), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
