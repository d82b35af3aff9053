using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal.Credits;

/// <summary>What the amounts and texts of commands have in common.</summary>
internal static class Money
{
    // Far above any payment, and so far below the range of amounts that no sum of commands leaves it.
    private static readonly Amount largest = new(10_000_000_000 * Amount.MicrosPerUnit);

    public static ProblemHttpResult? Refusal(Amount amount, string at = "$.amount") => amount > Amount.Zero && amount <= largest
        ? null
        : Problem.Of(422, "invalid_amount", $"An amount is above zero and at most {largest}.", ("at", at));

    public static ProblemHttpResult? Refusal(string description) => description.Length <= 200 && !description.Any(char.IsControl)
        ? null
        : Problem.Of(422, "invalid_description", "A description has at most 200 characters, and no control characters.", ("at", "$.description"));
}
