using System.Text.RegularExpressions;

namespace OrleansBilling.Contracts.Tenants;

/// <summary>What an e-mail address looks like, as far as it can be told by looking: only a message that arrives proves one.</summary>
public static partial class EmailForm
{
    /// <summary>The rule in words.</summary>
    public const string Rule = "An e-mail address looks like ada@example.com and has at most 180 characters.";

    /// <summary>Whether a text, without blanks around, looks like one.</summary>
    public static bool IsAddress(string text) => text.Length <= 180 && Form().IsMatch(text);

    [GeneratedRegex(@"^[^@\s\p{C}]+@[^@\s\p{C}]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
