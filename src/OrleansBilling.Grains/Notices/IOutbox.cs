using System.Collections.Immutable;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains.Notices;

/// <summary>
/// The outbox: what the ledger's commits have written there, each delivery together with its notice. One implementation a database.
/// </summary>
public interface IOutbox
{
    /// <summary>
    /// Deliveries of a channel that are due, the longest due first: of each receiver the first one only, so that none fills the page. Those whose notice is of a kind that this version does
    /// not know come after all others, each of kind <see cref="KnownNotices.None"/>, and keep nobody waiting.
    /// </summary>
    Task<IReadOnlyList<DueDelivery>> Due(DeliveryChannel channel, DateTimeOffset now, int limit);

    /// <summary>
    /// Counts an attempt before it is made. False when somebody else has: of many silos one makes it. Whoever dies in the middle of it
    /// leaves it due again.
    /// </summary>
    /// <param name="delivery">Which one.</param>
    /// <param name="until">When it is due again, should nobody say what became of it.</param>
    Task<bool> Claim(DueDelivery delivery, DateTimeOffset until);

    /// <summary>Says what an attempt came to.</summary>
    /// <param name="delivery">Which one, as it was claimed.</param>
    /// <param name="state">Where it stands now.</param>
    /// <param name="due">When it is tried again; null: never.</param>
    /// <param name="answers">What the latest attempts came to.</param>
    Task Finish(DueDelivery delivery, DeliveryState state, DateTimeOffset? due, IReadOnlyList<DeliveryAnswer> answers);

    /// <summary>
    /// The deliveries of the warnings of a stretch below zero, of those that name the latest instant of a deletion: what was told before a hold is of another one. None when there is nobody to
    /// send them to.
    /// </summary>
    Task<IReadOnlyList<Warning>> Warnings(BalanceId balance, Episode episode);

    /// <summary>The deliveries of a balance, newest first, after the one of an id when given; null when there is none of that id.</summary>
    Task<DeliveryView[]?> Deliveries(BalanceId balance, string? before, int limit);

    /// <summary>Lets a webhook be sent anew; false when there is none of that id.</summary>
    Task<bool> Replay(BalanceId balance, string delivery, DateTimeOffset now);

    /// <summary>How a tenant is told.</summary>
    Task<NoticeSettings> Settings(BalanceId balance);

    /// <summary>Stores how a tenant is told.</summary>
    Task Store(BalanceId balance, NoticeSettings settings);

    /// <summary>Takes the endpoint away, if it is still this one.</summary>
    Task ForgetWebhook(BalanceId balance, string address);
}

/// <summary>A delivery that is due, with all that is needed to make it.</summary>
public sealed record DueDelivery
{
    public required string Id { get; init; }

    public required BalanceId Balance { get; init; }

    public required DeliveryChannel Channel { get; init; }

    public required string Recipient { get; init; }

    /// <summary>How often it was tried before.</summary>
    public required int Attempts { get; init; }

    public required IReadOnlyList<DeliveryAnswer> Answers { get; init; }

    public required NoticeView Notice { get; init; }

    public required Currency? Currency { get; init; }

    public required NoticeSettings Settings { get; init; }
}

/// <summary>How a tenant is told, as it is stored.</summary>
/// <param name="Language">Null: the region's.</param>
/// <param name="Webhook">The endpoint; null: none.</param>
/// <param name="Secrets">The newest first.</param>
/// <param name="Operation">The command that made the newest.</param>
/// <param name="Done">The latest commands for the language, the endpoint and its secrets, the newest last: one that is repeated late is not done again (M5).</param>
public sealed record NoticeSettings(string? Language, string? Webhook, IReadOnlyList<WebhookSecret> Secrets, string? Operation, ImmutableArray<string> Done)
{
    private const int MostKept = 64;

    public static readonly NoticeSettings None = new(null, null, [], null, []);

    /// <summary>Whether a command was done.</summary>
    public bool Knows(string operation) => Operation == operation || Done.Contains(operation);

    /// <summary>The same, knowing a command that is done.</summary>
    public NoticeSettings Knowing(string operation) => this with { Done = [.. Done.TakeLast(MostKept - 1), operation] };
}

/// <summary>A secret of a tenant's endpoint, as <c>whsec_…</c>.</summary>
/// <param name="Secret">The secret.</param>
/// <param name="Until">From then on it signs nothing; null: it is the newest.</param>
public sealed record WebhookSecret(string Secret, DateTimeOffset? Until);
