using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Vouchers;

/// <summary>What became of a code. All but the first and the last two count as a guess.</summary>
public enum RedemptionResult
{
    /// <summary>Its credit is in the ledger, now or since an earlier call.</summary>
    Redeemed = 1,

    /// <summary>Wrong, not valid now, revoked, or somebody else's: which of them is not told.</summary>
    NotAccepted = 2,

    /// <summary>The balance has another currency (policy 1.4). The voucher is as it was.</summary>
    OtherCurrency = 3,

    /// <summary>The tenant has redeemed another voucher of the campaign. This one is as it was.</summary>
    CampaignUsed = 4,

    /// <summary>Too many wrong codes: no code of this tenant is looked at before <see cref="RedemptionReply.LockedUntil"/>.</summary>
    Locked = 5,

    /// <summary>The silos have no key for codes: there are no vouchers here.</summary>
    NotSetUp = 6,

    /// <summary>Nobody has said yet who pays: see <see cref="Tenants.BillingProfile"/>. The voucher is as it was.</summary>
    ProfileMissing = 7,

    /// <summary>The balance has no currency yet, and the region no exchange rate into the voucher's: nothing could be priced in it (policy 1.4). The voucher is as it was.</summary>
    NoRate = 8,
}

/// <summary>The answer to a code.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Voucher">What was redeemed; null otherwise.</param>
/// <param name="LockedUntil">The end of the lock; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("redemption-reply")]
public sealed record RedemptionReply([property: Id(0)] RedemptionResult Result, [property: Id(1)] RedeemedVoucher? Voucher = null, [property: Id(2)] DateTimeOffset? LockedUntil = null);

/// <summary>A voucher as it was redeemed.</summary>
/// <param name="Id">The id of its lot in the balance.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Amount">What it was worth.</param>
/// <param name="Products">What its credit pays for; empty: everything.</param>
/// <param name="RedeemedAt">When, in business time.</param>
/// <param name="Expires">From when its credit does not pay any more.</param>
/// <param name="EntryNumber">Its ledger entry.</param>
[GenerateSerializer, Immutable, Alias("redeemed-voucher")]
public sealed record RedeemedVoucher(
    [property: Id(0)] string Id, [property: Id(1)] Currency Currency, [property: Id(2)] Amount Amount, [property: Id(3)] string[] Products,
    [property: Id(4)] DateTimeOffset RedeemedAt, [property: Id(5)] DateTimeOffset Expires, [property: Id(6)] long EntryNumber);

/// <summary>Voucher credit as its tenant sees it, whether redeemed or given by an operator.</summary>
/// <param name="Id">The id of its lot in the balance.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Granted">The amount it started with.</param>
/// <param name="Remaining">What is left of it.</param>
/// <param name="Products">What it pays for; empty: everything.</param>
/// <param name="Effective">From when it pays.</param>
/// <param name="Expires">From when it does not any more; null: never.</param>
[GenerateSerializer, Immutable, Alias("voucher-view")]
public sealed record VoucherView(
    [property: Id(0)] string Id, [property: Id(1)] VoucherStatus Status, [property: Id(2)] Amount Granted, [property: Id(3)] Amount Remaining, [property: Id(4)] string[] Products,
    [property: Id(5)] DateTimeOffset Effective, [property: Id(6)] DateTimeOffset? Expires);

/// <summary>A campaign that an operator makes.</summary>
/// <param name="Name">For people; 1 to 100 characters.</param>
/// <param name="Currency">Of the balances that can redeem its vouchers.</param>
/// <param name="Amount">Of each voucher, above zero.</param>
/// <param name="Products">What the credit pays for; empty: everything.</param>
/// <param name="From">The first instant at which its vouchers may be redeemed.</param>
/// <param name="Until">The first instant at which they may not any more.</param>
/// <param name="Life">How long the credit pays from its redemption: one minute to ten years.</param>
/// <param name="Count">How many vouchers: 1 to <see cref="MostVouchers"/>.</param>
/// <param name="By">Which operator.</param>
/// <param name="HasOwnKey">That operator has shown a key that nobody else has. Otherwise the name is only what they said.</param>
[GenerateSerializer, Immutable, Alias("create-campaign")]
public sealed record CreateCampaign(
    [property: Id(0)] string Name, [property: Id(1)] Currency Currency, [property: Id(2)] Amount Amount, [property: Id(3)] string[] Products, [property: Id(4)] DateTimeOffset From,
    [property: Id(5)] DateTimeOffset Until, [property: Id(6)] TimeSpan Life, [property: Id(7)] int Count, [property: Id(8)] string By, [property: Id(9)] bool HasOwnKey = false)
{
    /// <summary>More would make a call too long.</summary>
    public const int MostVouchers = 1000;
}

/// <summary>What became of <see cref="CreateCampaign"/>, or of an approval.</summary>
public enum CampaignResult
{
    /// <summary>There is a campaign, now or since an earlier call under the same id.</summary>
    Created = 1,

    /// <summary>The id was used before with other content, or, of a campaign that a second operator has approved, by another than who asked for it. Nothing changed.</summary>
    OperationReused = 2,

    /// <summary>The silos have no key for codes.</summary>
    NotSetUp = 3,

    /// <summary>All its vouchers together are above the limit: there are no codes before a second operator approves. The same command again, after that, gets them.</summary>
    AwaitingApproval = 4,

    /// <summary>Above the limit both operators need keys of their own: this one's name is only what they said.</summary>
    OwnKeyRequired = 5,

    /// <summary>Who asked for it cannot approve it.</summary>
    SameOperator = 6,

    /// <summary>No campaign of that id waits for approval: there is none, or it was revoked.</summary>
    Unknown = 7,
}

/// <summary>The answer to <see cref="CreateCampaign"/>, or to an approval, which gets no codes.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Campaign">The campaign, when there is one.</param>
/// <param name="Codes">
/// Its codes, this once: nothing keeps them. For a few minutes the same command gets them again, as its answer may have been lost; empty after that.
/// </param>
[GenerateSerializer, Immutable, Alias("campaign-reply")]
public sealed record CampaignReply([property: Id(0)] CampaignResult Result, [property: Id(1)] CampaignView? Campaign, [property: Id(2)] string[] Codes);

/// <summary>A campaign as operators see it.</summary>
[GenerateSerializer, Immutable, Alias("campaign-view")]
public sealed record CampaignView
{
    /// <summary>Its id.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>For people.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>Of the balances that can redeem its vouchers.</summary>
    [Id(2)] public required Currency Currency { get; init; }

    /// <summary>Of each voucher.</summary>
    [Id(3)] public required Amount Amount { get; init; }

    /// <summary>What the credit pays for; empty: everything.</summary>
    [Id(4)] public required string[] Products { get; init; }

    /// <summary>The first instant at which its vouchers may be redeemed.</summary>
    [Id(5)] public required DateTimeOffset From { get; init; }

    /// <summary>The first instant at which they may not any more.</summary>
    [Id(6)] public required DateTimeOffset Until { get; init; }

    /// <summary>How long the credit pays from its redemption.</summary>
    [Id(7)] public required TimeSpan Life { get; init; }

    /// <summary>How many vouchers there are.</summary>
    [Id(8)] public required int Count { get; init; }

    /// <summary>How many of them were redeemed, revoked ones too.</summary>
    [Id(9)] public required int Redeemed { get; init; }

    /// <summary>How many of them were revoked, redeemed ones too.</summary>
    [Id(10)] public required int Revoked { get; init; }

    /// <summary>When it was made.</summary>
    [Id(11)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Which operator made it.</summary>
    [Id(12)] public required string CreatedBy { get; init; }

    /// <summary>When the whole of it was revoked; null when it was not.</summary>
    [Id(13)] public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Which operator revoked it.</summary>
    [Id(14)] public string? RevokedBy { get; init; }

    /// <summary>Why.</summary>
    [Id(15)] public string? RevokedFor { get; init; }

    /// <summary>Above the limit, and no second operator has approved yet: it has no codes.</summary>
    [Id(16)] public bool AwaitsApproval { get; init; }

    /// <summary>Which second operator approved; null when none had to, or has.</summary>
    [Id(17)] public string? ApprovedBy { get; init; }
}

/// <summary>Who has redeemed a voucher.</summary>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="Voucher">The id of its lot in that tenant's balance.</param>
/// <param name="At">When, in business time.</param>
[GenerateSerializer, Immutable, Alias("redemption-view")]
public sealed record RedemptionView([property: Id(0)] string Tenant, [property: Id(1)] string Voucher, [property: Id(2)] DateTimeOffset At);

/// <summary>One voucher to be taken back, by its code or by the id of its lot.</summary>
/// <param name="Code">As it was given out; null: by its lot.</param>
/// <param name="Voucher">The id of its lot; null: by its code.</param>
/// <param name="By">Which operator.</param>
/// <param name="Reason">Why; not empty.</param>
[GenerateSerializer, Immutable, Alias("revoke-voucher")]
public sealed record RevokeVoucher([property: Id(0)] string? Code, [property: Id(1)] string? Voucher, [property: Id(2)] string By, [property: Id(3)] string Reason);

/// <summary>A tenant whose codes are not looked at.</summary>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="Since">From when.</param>
/// <param name="Until">To when, unless an operator unlocks it.</param>
[GenerateSerializer, Immutable, Alias("voucher-lock-view")]
public sealed record VoucherLockView([property: Id(0)] string Tenant, [property: Id(1)] DateTimeOffset Since, [property: Id(2)] DateTimeOffset Until);
