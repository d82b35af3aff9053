using OrleansBilling.Client;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Notices;

/// <summary>How the tenant is told outside the portal, and what became of it.</summary>
internal static class NoticeSettingsEndpoints
{
    public static void MapNoticeSettings(this IEndpointRouteBuilder tenant)
    {
        var group = tenant.MapGroup("").WithTags("Notices");
        group.MapGet("/notice-settings", Read).Produces<NoticeSettingsView>().WithSummary("The language of notices and the endpoint of webhooks. Threshold and recipients are at `/api/alerts`.");
        group.MapPut("/notice-settings/language", SetLanguage).Produces<NoticeSettingsView>().Refuses(400, 422).WithSummary("Sets the language: en, vi, ja; null: the region's.");
        group.MapPut("/webhook", SetWebhook).Produces<WebhookAnswer>().Refuses(400, 422)
            .WithSummary("Sets the endpoint of webhooks, signed after Standard Webhooks 1.0.0. The first one gets a secret, which is shown in this answer only.");
        group.MapDelete("/webhook", RemoveWebhook).Produces(StatusCodes.Status204NoContent).Refuses(400).WithSummary("Removes the endpoint.");
        group.MapPost("/webhook/secret", RotateSecret).Produces<WebhookAnswer>().Refuses(400, 404)
            .WithSummary("Makes a new secret, shown in this answer only. For a day what is sent carries a signature by the one before, too.");
        group.MapGet("/notice-deliveries", Deliveries).Produces<DeliveryView[]>().Refuses(400, 422)
            .WithSummary("What became of notices by e-mail and webhook, newest first; those after the one whose id is given as `before`.");
        group.MapPost("/notice-deliveries/{id}/replay", Replay).Produces(StatusCodes.Status204NoContent).Refuses(400, 404).WithSummary("Sends a webhook again, under its id.");
    }

    private static Task<NoticeSettingsView> Read(TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetNoticeSettings(session.Balance, cancellation);

    private static async Task<IResult> SetLanguage(LanguageRequest body, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        await billing.SetNoticeLanguage(session.Balance, key.OperationFor(body.Language ?? ""), body.Language, cancellation)
            ? TypedResults.Ok(await billing.GetNoticeSettings(session.Balance, cancellation))
            : Problem.Of(422, "unknown_language", "Notices are written in en, vi and ja.", ("at", "$.language"));

    private static async Task<IResult> SetWebhook(WebhookRequest body, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        var reply = await billing.SetWebhook(session.Balance, new SetWebhook(key.OperationFor(body.Address), body.Address), cancellation);
        return reply.Result == WebhookResult.Done
            ? TypedResults.Ok(new WebhookAnswer(reply.Secret))
            : Problem.Of(422, "invalid_webhook", "An endpoint has an https address of at most 500 characters, without user and fragment, in a public network.", ("at", "$.address"));
    }

    private static async Task<IResult> RemoveWebhook(IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        await billing.SetWebhook(session.Balance, new SetWebhook(key.Operation, null), cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> RotateSecret(IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        var reply = await billing.RotateWebhookSecret(session.Balance, key.Operation, cancellation);
        return reply.Result == WebhookResult.Done ? TypedResults.Ok(new WebhookAnswer(reply.Secret)) : Problem.Of(404, "no_webhook", "There is no endpoint: set one first.");
    }

    private static Task<DeliveryView[]> Deliveries(string? before, int? limit, TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetDeliveries(session.Balance, QueryValues.Id(before, "before"), QueryValues.Limit(limit, usual: 50, most: 200), cancellation);

    private static async Task<IResult> Replay(string id, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        await billing.ReplayWebhook(session.Balance, id, cancellation) ? TypedResults.NoContent() : Problem.Of(404, "unknown_delivery", $"There is no webhook '{id}'.");
}

internal sealed record LanguageRequest(string? Language);

internal sealed record WebhookRequest(string Address);

/// <summary>What was done to the endpoint.</summary>
/// <param name="Secret">A secret that was made by this command: shown here and never again. Null when none was.</param>
internal sealed record WebhookAnswer(string? Secret);
