using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Portal.Operators;

/// <summary>
/// The keys that operators sign in with. Settings <c>Operators:Keys:NAME</c>: a key for each operator, which shows who it is. Where there is none of them, all share
/// <c>Operators:Key</c>, and a name is what its bearer says. With neither nobody can sign in.
/// </summary>
internal sealed class OperatorKeys(IConfiguration configuration)
{
    private readonly string? shared = configuration["Operators:Key"];

    private readonly Dictionary<string, string> own = configuration.GetSection("Operators:Keys").GetChildren()
        .Where(key => !string.IsNullOrWhiteSpace(key.Value)).ToDictionary(key => key.Key, key => key.Value!, StringComparer.OrdinalIgnoreCase);

    /// <summary>The operator whom name and key open to; null when they do not.</summary>
    public Operator? Find(string name, string given)
    {
        if (own.Count == 0) return Opens(given, shared) ? new Operator(name, HasOwnKey: false) : null;
        var known = own.Keys.FirstOrDefault(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase));
        return Opens(given, known is null ? null : own[known]) ? new Operator(known!, HasOwnKey: true) : null;
    }

    /// <summary>What a session of this operator carries: it holds for as long as the key that opened it.</summary>
    public string? StampOf(Operator who) => (own.Count == 0 ? (who.HasOwnKey ? null : shared) : who.HasOwnKey ? own.GetValueOrDefault(who.Name) : null) is { } key
        ? Convert.ToHexString(Digest(key))
        : null;

    // Compares in a time that tells nothing about how much was right.
    private static bool Opens(string given, string? key) => CryptographicOperations.FixedTimeEquals(Digest(given), Digest(key ?? "")) && !string.IsNullOrWhiteSpace(key);

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
