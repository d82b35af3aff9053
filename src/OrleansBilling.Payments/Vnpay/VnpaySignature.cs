using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Payments.Vnpay;

/// <summary>VNPAY's signatures: HMAC-SHA512 in hex, compared in constant time and ignoring case.</summary>
public static class VnpaySignature
{
    /// <summary>
    /// What is signed of a query, which is the query itself: every <c>vnp_</c> parameter that is not empty and not the signature, sorted by its ordinal name,
    /// form-encoded.
    /// </summary>
    public static string Canonical(IEnumerable<KeyValuePair<string, string>> parameters) => string.Join('&', parameters
        .Where(parameter => parameter.Key.StartsWith("vnp_", StringComparison.Ordinal) && parameter.Key is not ("vnp_SecureHash" or "vnp_SecureHashType"))
        .Where(parameter => parameter.Value.Length > 0)
        .OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
        .Select(parameter => $"{WebUtility.UrlEncode(parameter.Key)}={WebUtility.UrlEncode(parameter.Value)}"));

    /// <summary>The signature of a text, in lower-case hex.</summary>
    public static string Sign(string text, string secret) =>
        Convert.ToHexStringLower(HMACSHA512.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether a signature is that of a text.</summary>
    public static bool Matches(string? signature, string text, string secret) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes((signature ?? "").ToLowerInvariant()), Encoding.UTF8.GetBytes(Sign(text, secret)));

    /// <summary>The parameters of a query, decoded; null when a name is there twice, because then two readers may read two things.</summary>
    internal static Dictionary<string, string>? Parse(string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var split = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = split < 0 ? (pair, "") : (pair[..split], pair[(split + 1)..]);
            if (!parameters.TryAdd(WebUtility.UrlDecode(name), WebUtility.UrlDecode(value))) return null;
        }
        return parameters;
    }
}
