using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal.Operators;

/// <summary>Why an operator does something: recorded with it.</summary>
internal static class Reason
{
    public static IResult? Refusal(string reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > 200 || reason.Any(char.IsControl)
        ? Problem.Of(422, "invalid_reason", "A reason has 1 to 200 characters, not only blanks, and no control characters.", ("at", "$.reason"))
        : null;
}
