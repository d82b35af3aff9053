using System.Collections.Immutable;
using OrleansBilling.Contracts.Vouchers;

namespace OrleansBilling.Grains.Vouchers;

/// <summary>Promises that no campaign and no locked tenant of a region is missing among the newest.</summary>
public sealed class VoucherIndexGrain([PersistentState("voucher-index", StorageNames.State)] IPersistentState<StoredVoucherIndex> state) : Grain, IVoucherIndexGrain
{
    private const int Kept = 1000;

    public Task AddCampaign(string campaign) =>
        state.State.Campaigns.Contains(campaign) ? Task.CompletedTask : Store(state.State with { Campaigns = Added(state.State.Campaigns, campaign) });

    public Task<string[]> Campaigns(int limit) => Task.FromResult(state.State.Campaigns.Reverse().Take(limit).ToArray());

    public Task AddLocked(string tenant) => Store(state.State with { Locked = Added(state.State.Locked.Remove(tenant), tenant) });

    public Task<string[]> Locked(int limit) => Task.FromResult(state.State.Locked.Reverse().Take(limit).ToArray());

    private static ImmutableArray<string> Added(ImmutableArray<string> ids, string id) => [.. ids.TakeLast(Kept - 1), id];

    private Task Store(StoredVoucherIndex next) => state.Replace(next, otherwise: DeactivateOnIdle);
}

/// <summary>The ids as they are stored, oldest first.</summary>
public sealed record StoredVoucherIndex
{
    public ImmutableArray<string> Campaigns { get; init; } = [];

    public ImmutableArray<string> Locked { get; init; } = [];
}
