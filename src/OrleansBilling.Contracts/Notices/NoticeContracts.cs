namespace OrleansBilling.Contracts.Notices;

/// <summary>How notices leave the portal.</summary>
public enum DeliveryChannel
{
    /// <summary>To the address of the tenant's first sign-in, and to its recipients (policy 4.3).</summary>
    Email = 1,

    /// <summary>To the tenant's endpoint, signed after Standard Webhooks 1.0.0.</summary>
    Webhook = 2,
}

/// <summary>Where a delivery stands.</summary>
public enum DeliveryState
{
    /// <summary>To be tried, for the first time or again.</summary>
    Waiting = 1,

    /// <summary>The receiver has taken it.</summary>
    Delivered = 2,

    /// <summary>Given up.</summary>
    Failed = 3,
}

/// <summary>Sets the endpoint of a tenant's webhooks.</summary>
/// <param name="Operation">The caller's id: the same command is done once (M5), and the latest one gets the same secret again.</param>
/// <param name="Address">An https address; null: none any more.</param>
[GenerateSerializer, Immutable, Alias("set-webhook")]
public sealed record SetWebhook([property: Id(0)] string Operation, [property: Id(1)] string? Address);

/// <summary>What became of a command for the endpoint.</summary>
public enum WebhookResult
{
    /// <summary>Done.</summary>
    Done = 1,

    /// <summary>Not an https address without user and fragment, or one of a network that is not public. Nothing changed.</summary>
    AddressRefused = 2,

    /// <summary>There is no endpoint to make a secret for.</summary>
    NoWebhook = 3,
}

/// <summary>The answer to a command for the endpoint.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Secret">The secret that the command has made, as <c>whsec_…</c>: told to nobody else and never again. Null when it has made none.</param>
[GenerateSerializer, Immutable, Alias("webhook-reply")]
public sealed record WebhookReply([property: Id(0)] WebhookResult Result, [property: Id(1)] string? Secret = null);

/// <summary>How a tenant is told.</summary>
/// <param name="Language">The code of the language in force: <c>en</c>, <c>vi</c> or <c>ja</c>.</param>
/// <param name="Webhook">The endpoint; null: none.</param>
/// <param name="OldSecretUntil">Until when the secret before the present one is still used; null: it is not.</param>
[GenerateSerializer, Immutable, Alias("notice-settings-view")]
public sealed record NoticeSettingsView([property: Id(0)] string Language, [property: Id(1)] string? Webhook, [property: Id(2)] DateTimeOffset? OldSecretUntil);

/// <summary>A notice on its way to one receiver.</summary>
[GenerateSerializer, Immutable, Alias("delivery-view")]
public sealed record DeliveryView
{
    /// <summary>What its receiver knows it by: the same in every attempt.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>The number of the notice.</summary>
    [Id(1)] public required long Notice { get; init; }

    /// <summary>By which way.</summary>
    [Id(2)] public required DeliveryChannel Channel { get; init; }

    /// <summary>The e-mail address; empty for the endpoint.</summary>
    [Id(3)] public required string Recipient { get; init; }

    /// <summary>When it was written, together with what it tells.</summary>
    [Id(4)] public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(5)] public required DeliveryState State { get; init; }

    /// <summary>How often it was tried.</summary>
    [Id(6)] public required int Attempts { get; init; }

    /// <summary>When it is tried next; null: no more.</summary>
    [Id(7)] public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>What the latest attempts came to, oldest first.</summary>
    [Id(8)] public required DeliveryAnswer[] Answers { get; init; }
}

/// <summary>What one attempt came to.</summary>
/// <param name="At">When.</param>
/// <param name="Answer">
/// The status that was answered, of HTTP or SMTP, e.g. <c>204</c> or <c>451</c>, or a word: <c>taken</c> by the mail server, <c>timed-out</c>, <c>unreachable</c>,
/// <c>not-secure</c> (no TLS, or no certificate to be trusted), <c>not-set-up</c> (no mail server), <c>no-address</c>, <c>no-endpoint</c> (any more), <c>failed</c> for anything else. Operators find more in the log.
/// </param>
[GenerateSerializer, Immutable, Alias("delivery-answer")]
public sealed record DeliveryAnswer([property: Id(0)] DateTimeOffset At, [property: Id(1)] string Answer);
