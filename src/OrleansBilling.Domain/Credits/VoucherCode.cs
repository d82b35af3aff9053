namespace OrleansBilling.Domain.Credits;

/// <summary>The form of a voucher's code: 10 characters A–Z and 0–9, about 51 bits that nobody can guess.</summary>
public static class VoucherCode
{
    /// <summary>How many characters a code has.</summary>
    public const int Length = 10;

    /// <summary>The characters of which it is made.</summary>
    public const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary>
    /// The code as it was given out, of what a person typed: small letters, blanks and hyphens between are forgiven. Null when it has not the form of a code.
    /// </summary>
    public static string? Read(string? typed)
    {
        if (typed is null || typed.Length > 4 * Length) return null;
        var code = string.Concat(typed.Where(letter => letter is not (' ' or '-'))).ToUpperInvariant();
        return code.Length == Length && code.All(Alphabet.Contains) ? code : null;
    }
}
