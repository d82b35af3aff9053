namespace OrleansBilling.Contracts.Tenants;

/// <summary>Who pays for a tenant in a region; its key is a <see cref="BalanceId"/>.</summary>
[Alias("billing-profiles")]
public interface IBillingProfileGrain : IGrainWithStringKey
{
    /// <summary>The profile; null before the first one.</summary>
    [Alias("find")] Task<BillingProfile?> Find();

    /// <summary>Replaces the profile; answers what is wrong with it, and then nothing has changed. The same operation is done once (M5).</summary>
    [Alias("set")] Task<BillingProfileFault?> Set(string operation, BillingProfile profile);
}
