using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace OrleansBilling.Portal.Errors;

/// <summary>Says which part of a request the framework could not read; it tells so in the text of its exception only.</summary>
internal static partial class RequestFault
{
    public static ProblemHttpResult Describe(BadHttpRequestException fault)
    {
        if (fault.Message.Contains("from body", StringComparison.Ordinal) || fault.Message.Contains("no body was provided", StringComparison.Ordinal))
            return Problem.Of(400, "malformed_body", "A JSON object is expected as the body.", ("at", "$"));
        return Parameter().Match(fault.Message) is { Success: true } parameter
            ? Problem.Of(400, "invalid_query", $"'{parameter.Groups[1].Value}' cannot be read. See /openapi/v1.json.")
            : Problem.Of(400, "malformed_request", "The request cannot be read. See /openapi/v1.json.");
    }

    // 'Failed to bind parameter "Nullable<int> limit" from "abc".'
    [GeneratedRegex("^Failed to bind parameter \"[^\"]* (\\w+)\" from", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
