using Microsoft.AspNetCore.Authentication;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Sessions;

/// <summary>Signing in and out as a tenant.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var session = api.MapGroup("/session").WithTags("Session");
        session.MapPost("", SignIn).RequireRateLimiting(RateLimits.TenantSignIn).Produces<SessionAnswer>().Refuses(404, 422, 429)
            .WithSummary("Development sign-in: any e-mail address, no proof; only in the environment Development. Makes the tenant the first time.");
        session.MapGet("", Read).RequireAuthorization(SessionCookies.Tenant).Produces<SessionAnswer>().Refuses(401)
            .WithSummary("Who is signed in here.");
        session.MapDelete("", (Delegate)SignOut).Produces(StatusCodes.Status204NoContent).WithSummary("Signs out.");
    }

    private static async Task<IResult> SignIn(SignInRequest body, PortalRegion region, DevelopmentFeatures development, HttpContext context)
    {
        if (!development.SignIn)
            return Problem.Of(404, "development_sign_in_off", "The development sign-in is off: it proves nobody's identity, and this is no development environment.");
        if (!EmailAddress.TryParse(body.Email, out var email)) return EmailAddress.Refusal("email");
        var session = await TenantSession.Begin(context, region, new Person($"development:{email}", email));
        return TypedResults.Ok(SessionAnswer.Of(session, region));
    }

    private static SessionAnswer Read(TenantSession session, PortalRegion region) => SessionAnswer.Of(session, region);

    private static async Task<IResult> SignOut(HttpContext context)
    {
        await context.SignOutAsync(SessionCookies.Tenant);
        return TypedResults.NoContent();
    }
}

internal sealed record SignInRequest(string Email);

internal sealed record SessionAnswer(string Region, string Tenant, string Email, string TimeZone)
{
    public static SessionAnswer Of(
        TenantSession session, PortalRegion region) => new(session.Balance.Region, session.Balance.Tenant, session.Email, region.TimeZone);
}
