using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Operators;

/// <summary>Signing in and out as an operator, at any host; what an operator does is done in the region of the host.</summary>
internal static class OperatorSessionEndpoints
{
    public static void MapOperatorSessions(this IEndpointRouteBuilder app)
    {
        var session = app.MapGroup("/operator/session").WithTags("Operators").WithMetadata(new RequestSizeLimitAttribute(BillingPortal.LargestBody)).Refuses(500);
        session.MapPost("", SignIn).RequireRateLimiting(RateLimits.OperatorSignIn).Produces<Operator>().Refuses(400, 401, 413, 422, 429)
            .WithSummary("Signs an operator in, by name and the key of the setting Operators:Keys:NAME, or Operators:Key, which all share where nobody has one of their own.");
        session.MapGet("", (Operator who) => who).RequireAuthorization(BillingPortal.OperatorPolicy).Produces<Operator>().Refuses(401, 403)
            .WithSummary("Which operator is signed in here.");
        session.MapDelete("", (Delegate)SignOut).Produces(StatusCodes.Status204NoContent).WithSummary("Signs the operator out.");
    }

    private static async Task<IResult> SignIn(OperatorSignInRequest body, OperatorKeys keys, HttpContext context)
    {
        if (string.IsNullOrWhiteSpace(body.Name) || body.Name.Length > 64 || body.Name.Any(char.IsControl))
            return Problem.Of(422, "invalid_name", "A name has 1 to 64 characters, not only blanks, and no control characters.", ("at", "$.name"));
        if (keys.Find(body.Name, body.Key) is not { } who) return Problem.Of(401, "wrong_key", "This is not the key of an operator of that name.");
        await context.SignInAsync(SessionCookies.Operator, new ClaimsPrincipal(new ClaimsIdentity(who.Claims(keys), SessionCookies.Operator)));
        return TypedResults.Ok(who);
    }

    private static async Task<IResult> SignOut(HttpContext context)
    {
        await context.SignOutAsync(SessionCookies.Operator);
        return TypedResults.NoContent();
    }
}

internal sealed record OperatorSignInRequest(string Name, string Key);

/// <summary>Who is behind a request under the operators' policy.</summary>
/// <param name="Name">As given at the sign-in; recorded with what is done.</param>
/// <param name="HasOwnKey">Signed in by a key of their own; otherwise the name is only what they said.</param>
internal sealed record Operator(string Name, bool HasOwnKey)
{
    private const string OwnKeyClaim = "own-key";

    private const string StampClaim = "key";

    public Claim[] Claims(OperatorKeys keys) =>
        [new(ClaimTypes.Name, Name), new(ClaimTypes.Role, SessionCookies.OperatorRole), new(OwnKeyClaim, HasOwnKey ? "yes" : "no"), new(StampClaim, keys.StampOf(this)!)];

    /// <summary>Whether the key that opened a session still opens one.</summary>
    public static bool HoldsBy(OperatorKeys keys, ClaimsPrincipal? session) => session?.Identity is ClaimsIdentity { Name: { } name } identity
        && keys.StampOf(new Operator(name, identity.HasClaim(OwnKeyClaim, "yes"))) is { } stamp && identity.HasClaim(StampClaim, stamp);

    public static ValueTask<Operator?> BindAsync(HttpContext context)
    {
        // A request may carry a tenant's cookie too: look at the operator's only.
        var identity = context.User.Identities.First(identity => identity.AuthenticationType == SessionCookies.Operator);
        return new(new Operator(identity.Name!, identity.HasClaim(OwnKeyClaim, "yes")));
    }
}
