using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Notices;

namespace OrleansBilling.Client;

internal sealed partial class BillingClient
{
    public Task<NoticeView[]> GetNotices(BalanceId balance, long? before = null, int limit = 50, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.Notices(before, limit), cancellation);
    }

    public Task<NoticeSettingsView> GetNoticeSettings(BalanceId balance, CancellationToken cancellation = default) =>
        repetition.Call(Notices(balance).Settings, cancellation);

    public Task<bool> SetNoticeLanguage(BalanceId balance, string operation, string? language, CancellationToken cancellation = default)
    {
        GrainKeys.Id(operation, nameof(operation));
        var notices = Notices(balance);
        return repetition.Call(() => notices.SetLanguage(operation, language), cancellation);
    }

    public Task<WebhookReply> SetWebhook(BalanceId balance, SetWebhook command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Operation, nameof(command));
        var notices = Notices(balance);
        return repetition.Call(() => notices.SetWebhook(command), cancellation);
    }

    public Task<WebhookReply> RotateWebhookSecret(BalanceId balance, string operation, CancellationToken cancellation = default)
    {
        GrainKeys.Id(operation, nameof(operation));
        var notices = Notices(balance);
        return repetition.Call(() => notices.RotateSecret(operation), cancellation);
    }

    public Task<DeliveryView[]> GetDeliveries(BalanceId balance, string? before = null, int limit = 50, CancellationToken cancellation = default)
    {
        if (limit is < 1 or > 200) throw new ArgumentException($"The limit is {limit}: from 1 to 200.", nameof(limit));
        var notices = Notices(balance);
        return repetition.Call(() => notices.Deliveries(before, limit), cancellation);
    }

    public Task<bool> ReplayWebhook(BalanceId balance, string delivery, CancellationToken cancellation = default)
    {
        var notices = Notices(balance);
        return repetition.Call(() => notices.Replay(delivery), cancellation);
    }

    private INoticesGrain Notices(BalanceId balance) => cluster.GetGrain<INoticesGrain>(GrainKeys.Of(balance));
}
