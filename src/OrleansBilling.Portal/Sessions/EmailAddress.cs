using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Contracts.Tenants;
using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal.Sessions;

/// <summary>An e-mail address that somebody typed.</summary>
internal static class EmailAddress
{
    /// <summary>The address in lower case, so that one person who types it in two ways is one.</summary>
    public static bool TryParse(string? text, out string address)
    {
        address = text?.Trim().ToLowerInvariant() ?? ""; // a list in a body may have null in it
        return EmailForm.IsAddress(address);
    }

    public static ProblemHttpResult Refusal(string field) => Problem.Of(422, "invalid_email", EmailForm.Rule, ("at", $"$.{field}"));
}
