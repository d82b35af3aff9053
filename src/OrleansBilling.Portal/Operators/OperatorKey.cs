using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Portal.Operators;

/// <summary>The key that operators sign in with: setting <c>Operators:Key</c>. Without one nobody can.</summary>
internal sealed class OperatorKey(IConfiguration configuration)
{
    private readonly string? key = configuration["Operators:Key"];

    /// <summary>Compares in a time that tells nothing about how much was right.</summary>
    public bool Opens(string given) => !string.IsNullOrWhiteSpace(key) && CryptographicOperations.FixedTimeEquals(Digest(given), Digest(key));

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
