namespace OrleansBilling.Contracts.Vouchers;

/// <summary>What there is to look at in a region: campaigns and locked tenants, by id; its key is the region's code. Keeps the newest thousand of each.</summary>
[Alias("voucher-index")]
public interface IVoucherIndexGrain : IGrainWithStringKey
{
    /// <summary>Remembers a campaign, once. Called by the campaign before it is stored, so that none is missing here.</summary>
    [Alias("add-campaign")] Task AddCampaign(string campaign);

    /// <summary>The newest campaigns, newest first. One may be of a campaign that came to nothing before it was stored.</summary>
    [Alias("campaigns")] Task<string[]> Campaigns(int limit);

    /// <summary>Remembers a tenant that is being locked. Called before the lock is stored.</summary>
    [Alias("add-locked")] Task AddLocked(string tenant);

    /// <summary>The tenants that were locked last, newest first. One may not be locked any more.</summary>
    [Alias("locked")] Task<string[]> Locked(int limit);
}
