using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Vouchers;

namespace OrleansBilling.Grains.Vouchers;

/// <summary>
/// One voucher; its key is <c>region/name</c>, where the name is the keyed hash of its code. Spoken to through <see cref="VouchersGrain"/>, which
/// limits guessing, and its campaign alone.
/// </summary>
[Alias("voucher")]
internal interface IVoucherGrain : IGrainWithStringKey
{
    /// <summary>Makes the voucher; false when the code is another campaign's already.</summary>
    [Alias("issue")] Task<bool> Issue(string campaign, CreateCampaign terms);

    /// <summary>Redeems it for a balance.</summary>
    [Alias("redeem")] Task<RedemptionReply> Redeem(BalanceId balance);

    /// <summary>Takes it back: it cannot be redeemed any more, and what is left of its credit leaves the balance.</summary>
    [Alias("revoke")] Task Revoke(string by, string reason);
}
