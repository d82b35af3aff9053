using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.EndToEnd.Tests.Portal;

/// <summary>JSON as the portal speaks it, read by nothing of the portal's own.</summary>
internal static class PortalJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new AmountJson() } };

    private sealed class AmountJson : JsonConverter<Amount>
    {
        public override Amount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Amount.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Amount value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}

internal sealed record SessionAnswer(string Region, string Tenant, string Email, string TimeZone);

internal sealed record BalanceAnswer(
    long Change, DateTimeOffset AsOf, string? Currency, Amount Total, Amount BillingPlan, Amount Voucher, Amount TopUp, Amount Posted, Amount Live, Amount BurnRate, Amount HourCost,
    long? RunwaySeconds, string Standing, DateTimeOffset? ExhaustedAt, DateTimeOffset? NegativeSince, DateTimeOffset? DeletionAt, Amount? CuringAmount);

internal sealed record VmAnswer(
    string Id, string Name, string Package, string Status, bool Locked, bool StoppedAutomatically, DateTimeOffset CreatedAt, long Seconds, Amount Cost, Amount Charged, int Charges,
    DateTimeOffset ChargedThrough, OrderAnswer? Order);

internal sealed record OrderAnswer(string Id, string Kind, string Vm, string Episode, DateTimeOffset At, long EntryNumber, Amount Live, string State);

internal sealed record UsageAnswer(VmAnswer Vm, StatusAnswer[] History, EntryAnswer[] Charges, long? Before, TotalsAnswer Totals);

internal sealed record StatusAnswer(DateTimeOffset At, string Status);

internal sealed record TotalsAnswer(long Seconds, Amount Cost, Amount Charged, Amount Uncharged);

internal sealed record LedgerAnswer(EntryAnswer[] Entries, long? Before);

internal sealed record EntryAnswer(
    long Number, string Operation, string Kind, DateTimeOffset At, DateTimeOffset RecordedAt, string? Product, Amount Change, Amount BalanceAfter, string Description, LineAnswer[] Lines,
    VmChargeAnswer? Vm);

internal sealed record LineAnswer(string Lot, string Kind, Amount Change);

internal sealed record VmChargeAnswer(string Id, int Sequence, DateTimeOffset From, DateTimeOffset Through, long Seconds);

internal sealed record NoticeAnswer(
    long Number, string Kind, DateTimeOffset At, Amount Amount, Amount? Need, long? TimeLeftSeconds, DateTimeOffset? DeletionAt, string Vms, string Title = "", string Text = "");

internal sealed record PostingAnswer(string Operation, string Result, long? EntryNumber);

internal sealed record PaymentAnswer(
    string Id, string Gateway, string Currency, Amount Amount, string Status, DateTimeOffset StartedAt, Uri? Page, Amount Credited, Amount TakenBack);

internal sealed record RedeemedAnswer(string Id, string Currency, Amount Amount, string[] Products, DateTimeOffset RedeemedAt, DateTimeOffset Expires, long EntryNumber);

internal sealed record VoucherAnswer(string Id, string Status, Amount Granted, Amount Remaining, string[] Products, DateTimeOffset Effective, DateTimeOffset? Expires);

internal sealed record CampaignAnswer(CampaignFacts Campaign, string[] Codes);

internal sealed record CampaignFacts(string Id, string Name, int Count, int Redeemed, int Revoked, long LifeSeconds, string CreatedBy, DateTimeOffset? RevokedAt);

internal sealed record CampaignDetails(CampaignFacts Campaign, RedemptionAnswer[] Redemptions);

internal sealed record RedemptionAnswer(string Tenant, string Voucher, DateTimeOffset At);

internal sealed record VoucherLockAnswer(string Tenant, DateTimeOffset Since, DateTimeOffset Until);

internal sealed record ProfileAnswer(string Kind, string Name, string Email, string Address, string Country, string? TaxCode = null)
{
    public static ProfileAnswer Of(string name) => new("personal", name, "ada@example.com", "12 Nguyen Hue\nHo Chi Minh City", "VN");
}

internal sealed record OfferAnswer(string Gateway, string Currency, Amount Minimum);

internal sealed record ChangesAnswer(long Change, BalanceAnswer Balance, VmAnswer[] Vms, EntryAnswer[] Entries, NoticeAnswer[] Notices);

/// <summary>A refusal: problem+json with a reason and the numbers.</summary>
internal sealed record Refusal(int Status, string Code, JsonElement Problem)
{
    public Amount Amount(string name) => Domain.Money.Amount.Parse(Problem.GetProperty(name).GetString()!);
}
