using Microsoft.AspNetCore.Mvc;
using OrleansBilling.Client;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal.Payments;

/// <summary>
/// Where gateways tell what became of a payment. Nobody is signed in here: everything is handed on as it arrived, to be verified where the
/// secrets are, and what is answered is the gateway's own answer. When nobody can say whether it was taken, that is no success: it comes again.
/// </summary>
internal static class NotificationEndpoints
{
    private const int LargestNotification = 256 * 1024;

    public static void MapPaymentNotifications(this IEndpointRouteBuilder app) =>
        app.MapMethods("/payments/notifications/{gateway}", [HttpMethods.Get, HttpMethods.Post], Take)
            .WithMetadata(new RequestSizeLimitAttribute(LargestNotification)).RequireRateLimiting(RateLimits.Notifications).ExcludeFromDescription();

    private static async Task<IResult> Take(string gateway, HttpRequest request, IBillingClient billing, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        // A browser's cookies are none of a gateway's business, and are kept out of everything that follows.
        var headers = request.Headers.Where(header => header.Key is not ("Cookie" or "Authorization")).ToDictionary(header => header.Key, header => header.Value.ToString());
        var arrived = new GatewayNotification(gateway, request.QueryString.Value ?? "", headers, body.ToArray(), TimeProvider.System.GetUtcNow());
        return await billing.TakeNotification(arrived, cancellation) is { } reply
            ? TypedResults.Text(reply.Body, reply.ContentType, statusCode: reply.Status)
            : Problem.Of(404, "unknown_gateway", "No such payment gateway is set up.");
    }
}
