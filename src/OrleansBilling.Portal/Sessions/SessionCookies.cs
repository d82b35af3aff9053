using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using OrleansBilling.Portal.Operators;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Sessions;

/// <summary>
/// Two kinds of sessions that never mix: a tenant's and an operator's. All of a session is in its cookie, so it survives restarts
/// wherever the host keeps its data protection keys.
/// </summary>
internal static class SessionCookies
{
    public const string Tenant = "tenant";
    public const string Operator = "operator";
    public const string OperatorRole = "operator";

    private const string Begin = "begin";

    // However busy an operator is, and whoever else has come by the cookie.
    private static readonly TimeSpan longest = TimeSpan.FromHours(12);

    public static void AddSessionCookies(this IServiceCollection services)
    {
        services.AddAuthentication()
            .AddCookie(Tenant, cookie =>
            {
                Configure(cookie, "billing-tenant", SameSiteMode.Lax, TimeSpan.FromHours(12));
                cookie.Events.OnValidatePrincipal = RefuseOtherRegions;
            })
            .AddCookie(Operator, cookie =>
            {
                Configure(cookie, "billing-operator", SameSiteMode.Strict, TimeSpan.FromHours(8));
                cookie.Events.OnSigningIn = NoteBegin;
                cookie.Events.OnValidatePrincipal = RefuseFormerKeysAndOldSessions;
            });

        services.AddAuthorizationBuilder()
            .AddPolicy(Tenant, policy => policy.AddAuthenticationSchemes(Tenant).RequireAuthenticatedUser().RequireClaim("tenant"))
            // Looks at both cookies, so that a tenant is told "not you" and not "who are you?".
            .AddPolicy(BillingPortal.OperatorPolicy, policy => policy.AddAuthenticationSchemes(Operator, Tenant).RequireRole(OperatorRole));
    }

    private static void Configure(CookieAuthenticationOptions cookie, string name, SameSiteMode sameSite, TimeSpan lifetime)
    {
        cookie.Cookie.Name = name;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = sameSite;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = lifetime;
        cookie.SlidingExpiration = true;
        // A session lasts as long as people do, also where business time runs faster.
        cookie.TimeProvider = TimeProvider.System;
        cookie.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
        cookie.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
    }

    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task RefuseOtherRegions(CookieValidatePrincipalContext context)
    {
        var region = context.HttpContext.RequestServices.GetRequiredService<PortalRegions>().Find(context.HttpContext);
        if (!TenantSession.HoldsIn(region, context.Principal)) context.RejectPrincipal();
        return Task.CompletedTask;
    }

    // What is written of its beginning into a cookie, which a longer session replaces by newer ones, stays as it was.
    private static Task NoteBegin(CookieSigningInContext context)
    {
        context.Properties.Items[Begin] = Seconds(context.Options).ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    private static Task RefuseFormerKeysAndOldSessions(CookieValidatePrincipalContext context)
    {
        var keys = context.HttpContext.RequestServices.GetRequiredService<OperatorKeys>();
        var isYoung = context.Properties.Items.TryGetValue(Begin, out var noted) && long.TryParse(noted, CultureInfo.InvariantCulture, out var begin)
            && Seconds(context.Options) < begin + (long)longest.TotalSeconds;
        if (!isYoung || !Operators.Operator.HoldsBy(keys, context.Principal)) context.RejectPrincipal();
        return Task.CompletedTask;
    }

    private static long Seconds(CookieAuthenticationOptions cookie) => cookie.TimeProvider!.GetUtcNow().ToUnixTimeSeconds();
}
