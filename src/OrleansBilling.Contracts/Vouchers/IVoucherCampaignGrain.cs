namespace OrleansBilling.Contracts.Vouchers;

/// <summary>One campaign of vouchers; its key is <c>region/campaign</c>. A call that fails or times out has an unknown outcome: repeat it.</summary>
[Alias("voucher-campaign")]
public interface IVoucherCampaignGrain : IGrainWithStringKey
{
    /// <summary>Makes the campaign and its codes; the same command again is the same campaign. Once a second operator has approved it, only who asked for it gets the codes.</summary>
    /// <exception cref="ArgumentException">The terms make no sense.</exception>
    [Alias("create")] Task<CampaignReply> Create(CreateCampaign command);

    /// <summary>Approves a campaign above the limit, which another operator asked for. Who asked gets its codes by asking again.</summary>
    [Alias("approve")] Task<CampaignReply> Approve(Adjustments.ActingOperator by);

    /// <summary>The campaign; null when there is none of that id.</summary>
    [Alias("find")] Task<CampaignView?> Find();

    /// <summary>Who has redeemed a voucher of it, oldest first.</summary>
    [Alias("redemptions")] Task<RedemptionView[]> Redemptions();

    /// <summary>Takes back all of its vouchers; false when there is no such campaign. Twice is once.</summary>
    [Alias("revoke")] Task<bool> Revoke(string by, string reason);

    /// <summary>Takes back one voucher of it; false when it has no such one. Twice is once.</summary>
    [Alias("revoke-voucher")] Task<bool> RevokeVoucher(RevokeVoucher command);
}
