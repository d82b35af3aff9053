using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.StartPage;

/// <summary>
/// The page at <c>/</c>: what this is and what to do next; at a region's host also a small console. The same at <c>/payments/{id}</c>, where gateways send the browser
/// back: it shows how the payment stands here, and believes nothing of what the browser brings along (M9).
/// </summary>
internal static class StartPageEndpoint
{
    public static void MapStartPage(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", Show).ExcludeFromDescription();
        app.MapGet("/payments/{id}", Show).ExcludeFromDescription();
    }

    private static ContentHttpResult Show(
        HttpContext context, PortalRegions regions, StartPageTemplate page, DevelopmentFeatures development)
    {
        // Only the script and the style of this very answer run: whatever gets into the page otherwise does not.
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; connect-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Content(page.Fill(context.Request, regions, development, nonce), "text/html; charset=utf-8");
    }
}
