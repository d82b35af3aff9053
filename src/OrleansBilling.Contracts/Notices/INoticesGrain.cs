namespace OrleansBilling.Contracts.Notices;

/// <summary>How one tenant is told, and what became of it; its key is a <see cref="BalanceId"/>. What is told is the balance's.</summary>
[Alias("notices")]
public interface INoticesGrain : IGrainWithStringKey
{
    /// <summary>How the tenant is told.</summary>
    [Alias("settings")] Task<NoticeSettingsView> Settings();

    /// <summary>Sets the language; null: the region's. False when there is none of that code. The same operation is done once (M5).</summary>
    [Alias("set-language")] Task<bool> SetLanguage(string operation, string? language);

    /// <summary>Sets or removes the endpoint of webhooks. The first one gets a secret.</summary>
    [Alias("set-webhook")] Task<WebhookReply> SetWebhook(SetWebhook command);

    /// <summary>Makes a new secret. For a day what is sent is signed with the one before, too.</summary>
    [Alias("rotate-secret")] Task<WebhookReply> RotateSecret(string operation);

    /// <summary>The deliveries by e-mail and webhook, newest first; those after the one of an id when one is given.</summary>
    /// <exception cref="ArgumentException">There is none of that id.</exception>
    [Alias("deliveries")] Task<DeliveryView[]> Deliveries(string? before, int limit);

    /// <summary>Sends a webhook again, under its id; false when there is none of that id.</summary>
    [Alias("replay")] Task<bool> Replay(string delivery);
}
