using System.Globalization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansBilling.Client;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Events;

/// <summary>Changes as they happen, as server-sent events.</summary>
internal static class EventEndpoints
{
    // A browser comes back by itself after the end of a stream, and then its session is looked at again.
    private static readonly TimeSpan longest = TimeSpan.FromMinutes(30);

    public static void MapEvents(this IEndpointRouteBuilder tenant) =>
        tenant.MapGet("/events", Stream).WithTags("Events").RequireRateLimiting(RateLimits.Streams)
            .Produces<ChangesView>(200, "text/event-stream").Refuses(400, 429)
            .WithSummary("Server-sent events named `changes`; the id of each is its change number. Resumes after the one in Last-Event-ID or in ?after=.");

    private static async Task Stream(
        long? after, HttpContext context, TenantSession session, IBillingClient billing, IOptions<JsonOptions> json, IHostApplicationLifetime host)
    {
        var from = LastEventId(context.Request) ?? after ?? 0;
        if (from < 0) throw new RefusedException(400, "invalid_query", "A change number is not below zero.");

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        ending.CancelAfter(longest);
        var events = new EventStream(context.Response, json.Value.SerializerOptions);
        try
        {
            await events.Write(billing.WatchChanges(session.Balance, from, ending.Token), ending);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Nobody listens any more, or the host stops: a stream that ends is no failure.
        }
    }

    private static long? LastEventId(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new RefusedException(400, "invalid_query", "Last-Event-ID is a change number.");
    }
}
