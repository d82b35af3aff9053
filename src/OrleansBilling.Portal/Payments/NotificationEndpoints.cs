using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using OrleansBilling.Client;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Payments;
using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal.Payments;

/// <summary>
/// Where gateways tell what became of a payment. Nobody is signed in here: everything is handed on as it arrived, to be verified where the
/// secrets are, and what is answered is the gateway's own answer, also when nobody can say whether it was taken and when too many come at a time: then it is the one with which that gateway brings it again.
/// </summary>
internal static partial class NotificationEndpoints
{
    private const int LargestNotification = 256 * 1024;

    public static void MapPaymentNotifications(this IEndpointRouteBuilder app) =>
        app.MapMethods("/payments/notifications/{gateway}", [HttpMethods.Get, HttpMethods.Post], Take)
            .WithMetadata(new RequestSizeLimitAttribute(LargestNotification)).RequireRateLimiting(RateLimits.Notifications).ExcludeFromDescription();

    /// <summary>What a gateway is told that is to come again.</summary>
    public static IResult NotStored(string gateway)
    {
        var answer = GatewayAnswer.NotStored(gateway);
        return TypedResults.Text(answer.Body, answer.ContentType, statusCode: answer.Status);
    }

    private static async Task<IResult> Take(string gateway, HttpRequest request, IBillingClient billing, ILoggerFactory loggers, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        // A browser's cookies are none of a gateway's business, and are kept out of everything that follows.
        var headers = request.Headers.Where(header => header.Key is not ("Cookie" or "Authorization")).ToDictionary(header => header.Key, header => header.Value.ToString());
        var arrived = new GatewayNotification(gateway, request.QueryString.Value ?? "", headers, body.ToArray(), TimeProvider.System.GetUtcNow());
        try
        {
            return await billing.TakeNotification(arrived, cancellation) is { } reply
                ? TypedResults.Text(reply.Body, reply.ContentType, statusCode: reply.Status)
                : Problem.Of(404, "unknown_gateway", "No such payment gateway is set up.");
        }
#pragma warning disable CA1031 // whatever it was, whether it was taken is unknown
        catch (Exception unknown) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            NotTaken(loggers.CreateLogger(typeof(NotificationEndpoints).FullName!), unknown, gateway);
            return NotStored(gateway);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Whether a notification of {Gateway} was taken is unknown; it is to come again.")]
    private static partial void NotTaken(ILogger log, Exception unknown, string gateway);
}
