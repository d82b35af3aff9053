using System.Collections.Immutable;

namespace OrleansBilling.Grains.Vouchers;

/// <summary>Which vouchers of a campaign were redeemed; its key is the campaign's. Apart from the campaign, which waits for its vouchers while these tell of themselves.</summary>
[Alias("voucher-tally")]
internal interface IVoucherTallyGrain : IGrainWithStringKey
{
    /// <summary>Remembers a redemption, once.</summary>
    [Alias("add")] Task Add(TalliedRedemption redemption);

    /// <summary>The redemptions, oldest first.</summary>
    [Alias("read")] Task<TalliedRedemption[]> Read();
}

/// <summary>Promises that no redemption is missing or counted twice.</summary>
public sealed class VoucherTallyGrain([PersistentState("voucher-tally", StorageNames.State)] IPersistentState<StoredTally> state) : Grain, IVoucherTallyGrain
{
    public async Task Add(TalliedRedemption redemption)
    {
        if (state.State.Redeemed.Any(redeemed => redeemed.Voucher == redemption.Voucher)) return;
        await state.Replace(new StoredTally { Redeemed = [.. state.State.Redeemed, redemption] }, otherwise: DeactivateOnIdle);
    }

    public Task<TalliedRedemption[]> Read() => Task.FromResult(state.State.Redeemed.ToArray());
}

/// <summary>The redemptions as they are stored, oldest first.</summary>
public sealed class StoredTally
{
    public ImmutableArray<TalliedRedemption> Redeemed { get; set; } = [];
}

/// <summary>A voucher's lot, its tenant, and when.</summary>
[GenerateSerializer, Immutable, Alias("tallied-redemption")]
public sealed record TalliedRedemption([property: Id(0)] string Voucher, [property: Id(1)] string Tenant, [property: Id(2)] long AtMilliseconds);
