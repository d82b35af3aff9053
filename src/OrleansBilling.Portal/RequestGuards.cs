using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal;

/// <summary>What holds for every request, before anybody asks who it is from.</summary>
internal static class RequestGuards
{
    /// <summary>Headers that keep browsers from guessing, framing, leaking and, where money is told, storing.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // At the last moment: the answer to an exception begins by clearing what was set before.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            if (!IsApi(context)) return Task.CompletedTask;
            headers.CacheControl = "no-store";
            // A page that a tenant asked the API for, a statement, has set a policy that lets its own style through.
            if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            return Task.CompletedTask;
        });
        return next(context);
    });

    /// <summary>
    /// Refuses commands that another site's page sends with this site's cookie, and tenants' requests at a host without a region.
    /// </summary>
    public static void UseRequestGuards(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (!IsApi(context)) await next(context);
        else if (Refusal(context) is { } refusal) await refusal.ExecuteAsync(context);
        else await next(context);
    });

    private static ProblemHttpResult? Refusal(HttpContext context)
    {
        var isCommand = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        if (isCommand && context.Request.Headers["Sec-Fetch-Site"] == "cross-site")
            return Problem.Of(StatusCodes.Status403Forbidden, "cross_site_request", "Commands come from this site's own pages, or from no page.");
        if (!context.Request.Path.StartsWithSegments("/api")) return null;
        var regions = context.RequestServices.GetRequiredService<PortalRegions>();
        return regions.Find(context) is null ? regions.Unknown(context) : null;
    }

    private static bool IsApi(
        HttpContext context) => context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/operator");
}
