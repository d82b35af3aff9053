using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal.Sessions;

/// <summary>An e-mail address as far as it can be told by looking: only a message that arrives proves one.</summary>
internal static partial class EmailAddress
{
    /// <summary>The address in lower case, so that one person who types it in two ways is one.</summary>
    public static bool TryParse(string? text, out string address)
    {
        address = text?.Trim().ToLowerInvariant() ?? ""; // a list in a body may have null in it
        return address.Length <= 180 && Form().IsMatch(address);
    }

    public static ProblemHttpResult Refusal(
        string field) =>
        Problem.Of(422, "invalid_email", "An e-mail address looks like ada@example.com and has at most 180 characters.", ("at", $"$.{field}"));

    [GeneratedRegex(@"^[^@\s\p{C}]+@[^@\s\p{C}]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
