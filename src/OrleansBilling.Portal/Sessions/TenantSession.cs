using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using OrleansBilling.Client;
using OrleansBilling.Contracts;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Sessions;

/// <summary>Somebody whose identity has been proven: by the development sign-in now, by OpenID Connect later.</summary>
/// <param name="Subject">Who it is, with the prefix of who proved it: two identity providers never name the same person.</param>
/// <param name="Email">The address to show.</param>
internal sealed record Person(string Subject, string Email);

/// <summary>
/// The tenant of a request. It comes from the session's cookie and from nowhere else, and holds in one region only (policy 1.1).
/// </summary>
internal sealed record TenantSession(BalanceId Balance, string Email)
{
    private const string RegionClaim = "region";
    private const string TenantClaim = "tenant";

    /// <summary>Begins a session for a person, whoever proved the identity; makes the tenant the first time (policy 1.3).</summary>
    public static async Task<TenantSession> Begin(HttpContext context, PortalRegion region, Person person)
    {
        var billing = context.RequestServices.GetRequiredService<IBillingClient>();
        var tenant = await billing.SignIn(region.Code, person.Subject, person.Email, context.RequestAborted);
        Claim[] claims = [new(RegionClaim, tenant.Region), new(TenantClaim, tenant.Id), new(ClaimTypes.Email, person.Email)];
        await context.SignInAsync(SessionCookies.Tenant, new ClaimsPrincipal(new ClaimsIdentity(claims, SessionCookies.Tenant)));
        return new(tenant.Balance, person.Email);
    }

    public static bool HoldsIn(
        PortalRegion? region, ClaimsPrincipal? principal) => region is not null && principal?.FindFirst(RegionClaim)?.Value == region.Code;

    public static ValueTask<TenantSession?> BindAsync(HttpContext context)
    {
        // Authorization has been before: routes of tenants are not reached without these claims.
        var user = context.User;
        return new(new TenantSession(new BalanceId(Value(user, RegionClaim), Value(user, TenantClaim)), Value(user, ClaimTypes.Email)));
    }

    private static string Value(
        ClaimsPrincipal user, string claim) =>
        user.FindFirst(claim)?.Value ?? throw new InvalidOperationException($"The session has no {claim}.");
}
