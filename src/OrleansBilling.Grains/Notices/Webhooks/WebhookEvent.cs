using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Notices.Webhooks;

/// <summary>The body of a webhook: what happened, exactly, and in words. The same bytes in every attempt, as long as the tenant keeps its language.</summary>
internal static class WebhookEvent
{
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static byte[] BodyOf(DueDelivery delivery)
    {
        var notice = delivery.Notice;
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                type = TypeOf(notice.Kind),
                timestamp = notice.At.UtcDateTime,
                data = new
                {
                    region = delivery.Balance.Region,
                    tenant = delivery.Balance.Tenant,
                    number = notice.Number,
                    currency = (notice.Currency ?? delivery.Currency)?.Code(),
                    amount = notice.Amount.ToString(),
                    need = notice.Need?.ToString(),
                    timeLeftSeconds = (long?)notice.TimeLeft?.TotalSeconds,
                    deletionAt = notice.DeletionAt?.UtcDateTime,
                    vms = notice.Vms.Length == 0 ? null : NoticeCatalogue.Shortened(notice.Vms),
                    about = notice.About.Length == 0 ? null : notice.About,
                    title = notice.Title,
                    text = notice.Text,
                },
            },
            json);
    }

    /// <summary>The type of event: fixed for ever, whatever the kinds are called here.</summary>
    public static string TypeOf(NoticeKind kind) => kind switch
    {
        NoticeKind.Low => "balance.low",
        NoticeKind.Runway => "balance.runway",
        NoticeKind.OwnThreshold => "balance.own_threshold",
        NoticeKind.Stopped => "vms.stopped",
        NoticeKind.BelowZero => "balance.below_zero",
        NoticeKind.DeletionNear => "vms.deletion_near",
        NoticeKind.Deleted => "vms.deleted",
        NoticeKind.Cured => "balance.cured",
        NoticeKind.CreditAdded => "credit.added",
        NoticeKind.CreditExpired => "credit.expired",
        NoticeKind.Paid => "payment.paid",
        NoticeKind.PaymentFailed => "payment.failed",
        NoticeKind.CreditExpiring => "credit.expiring",
        NoticeKind.PlanEnded => "plan.ended",
        NoticeKind.VoucherRedeemed => "voucher.redeemed",
        NoticeKind.CreditTaken => "credit.taken",
        NoticeKind.CreditRevoked => "credit.revoked",
        NoticeKind.CreditGivenBack => "credit.given_back",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of notice."),
    };
}
