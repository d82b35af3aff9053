using Microsoft.Extensions.Options;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Grains.Notices.Webhooks;

namespace OrleansBilling.Grains.Notices;

/// <summary>
/// Promises that a tenant is told as it has chosen from the next notice on. What it chooses is stored beside the outbox, because the ledger's commits
/// ask there whether there is an endpoint.
/// </summary>
public sealed class NoticesGrain(
    IOutbox outbox,
    OutboxSignal signal,
    NoticeWriter writer,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock) : Grain, INoticesGrain
{
    private const int MostOldSecrets = 8;
    private static readonly TimeSpan oldSecretLives = TimeSpan.FromDays(1);

    private BalanceId Id => BalanceId.Parse(this.GetPrimaryKeyString());

    public async Task<NoticeSettingsView> Settings()
    {
        var settings = await outbox.Settings(Id);
        var old = settings.Secrets.FirstOrDefault(secret => secret.Until > clock.Now());
        return new NoticeSettingsView(writer.LanguageOf(Id, settings).Code, settings.Webhook, old?.Until);
    }

    public async Task<bool> SetLanguage(string operation, string? language)
    {
        if (language is not null && NoticeLanguage.Find(language) is null) return false;
        var settings = await outbox.Settings(Id);
        if (!settings.Knows(operation)) await outbox.Store(Id, settings.Knowing(operation) with { Language = language });
        return true;
    }

    public async Task<WebhookReply> SetWebhook(SetWebhook command)
    {
        var settings = await outbox.Settings(Id);
        if (settings.Knows(command.Operation)) return new WebhookReply(WebhookResult.Done, SecretFor(settings, command.Operation));
        if (command.Address is not { } text)
        {
            await outbox.Store(Id, settings.Knowing(command.Operation) with { Webhook = null });
            return new WebhookReply(WebhookResult.Done);
        }
        if (WebhookAddress.Find(text, options.Value.Notices.Webhooks.AllowLoopback) is not { } address) return new WebhookReply(WebhookResult.AddressRefused);
        var isNew = settings.Secrets.Count == 0;
        settings = settings.Knowing(command.Operation) with { Webhook = address };
        if (isNew) settings = settings with { Secrets = [new WebhookSecret(WebhookSignature.NewSecret(), null)], Operation = command.Operation };
        await outbox.Store(Id, settings);
        return new WebhookReply(WebhookResult.Done, SecretFor(settings, command.Operation));
    }

    public async Task<WebhookReply> RotateSecret(string operation)
    {
        var settings = await outbox.Settings(Id);
        if (!settings.Knows(operation))
        {
            if (settings.Webhook is null) return new WebhookReply(WebhookResult.NoWebhook);
            var now = clock.Now();
            var old = settings.Secrets[0] with { Until = now + oldSecretLives };
            // Each lives as long as was promised when it was replaced, however soon the next one is; but no request gets longer without end.
            var older = settings.Secrets.Skip(1).Where(secret => secret.Until > now).Take(MostOldSecrets - 1);
            settings = settings.Knowing(operation) with { Secrets = [new WebhookSecret(WebhookSignature.NewSecret(), null), old, .. older], Operation = operation };
            await outbox.Store(Id, settings);
        }
        return new WebhookReply(WebhookResult.Done, SecretFor(settings, operation));
    }

    public async Task<DeliveryView[]> Deliveries(string? before, int limit) =>
        await outbox.Deliveries(Id, before, Math.Clamp(limit, 1, 200)) ?? throw new ArgumentException($"There is no delivery '{before}'.", nameof(before));

    public async Task<bool> Replay(string delivery)
    {
        if (!await outbox.Replay(Id, delivery, clock.Now())) return false;
        signal.Ring();
        return true;
    }

    // A command whose answer was lost comes again under its id, and is told the same; one whose secret has been replaced since is told that it was done.
    private static string? SecretFor(NoticeSettings settings, string operation) => settings.Operation == operation ? settings.Secrets[0].Secret : null;
}
