using Microsoft.AspNetCore.Http.HttpResults;

namespace OrleansBilling.Portal.Errors;

/// <summary>An error as every route answers it: problem+json with a reason code in snake case and the numbers there are.</summary>
internal static class Problem
{
    public static ProblemHttpResult Of(int status, string code, string detail, params ReadOnlySpan<(string Name, object? Value)> numbers)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        foreach (var (name, value) in numbers) extensions[name] = value;
        return TypedResults.Problem(detail, statusCode: status, title: Title(code), type: $"urn:orleans-billing:problem:{code}", extensions: extensions);
    }

    public static ProblemHttpResult UnknownVm(string vm) => Of(StatusCodes.Status404NotFound, "unknown_vm", $"There is no VM '{vm}'.");

    public static ProblemHttpResult OperationReused() => Of(
        StatusCodes.Status409Conflict, "idempotency_key_reused", "This Idempotency-Key was used here before, with other content. Nothing changed.");

    /// <summary>What a status says that came about without a word: an unknown route, a wrong method, no session.</summary>
    public static ProblemHttpResult OfStatus(int status) => status switch
    {
        401 => Of(status, "not_signed_in", "Sign in first; a session holds at the host that gave it."),
        403 => Of(status, "forbidden", "You are signed in, but not as somebody who may do this."),
        404 => Of(status, "unknown_route", "There is nothing at this address. See /openapi/v1.json."),
        405 => Of(status, "method_not_allowed", "This address does not know that method; the Allow header names those it does."),
        413 => Of(status, "body_too_large", $"A body has at most {BillingPortal.LargestBody} bytes."),
        415 => Of(status, "unsupported_media_type", "A body is JSON: send Content-Type: application/json."),
        429 => Of(status, "too_many_requests", "Too many at a time from here. Try again later."),
        < 500 => Of(status, "bad_request", "The request cannot be understood."),
        _ => Of(status, "internal_error", "Something went wrong here. It has been logged."),
    };

    private static string Title(string code) => char.ToUpperInvariant(code[0]) + code[1..].Replace('_', ' ');
}
