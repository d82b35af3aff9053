using System.Collections.Immutable;

namespace OrleansBilling.Grains.Payments;

/// <summary>The payments of a region whose money the ledger lacks, by id: a balance refuses it, or it could not be posted for a minute. Its key is the region's code.</summary>
[Alias("stuck-payments")]
internal interface IStuckPayments : IGrainWithStringKey
{
    /// <summary>Remembers a payment, once. Called before the payment is stored as stuck, or as listed, so that none is missing here.</summary>
    [Alias("add")] Task Add(string payment);

    /// <summary>Forgets a payment of which nothing is owed any more.</summary>
    [Alias("remove")] Task Remove(string payment);

    /// <summary>Oldest first. One may be of a payment of which nothing is owed, or of one that is tried again and not stuck.</summary>
    [Alias("all")] Task<string[]> All();
}

/// <summary>Promises that no payment is missing that is stored as stuck.</summary>
internal sealed class StuckPaymentsGrain([PersistentState("stuck-payments", StorageNames.State)] IPersistentState<StoredStuckPayments> state) : Grain, IStuckPayments
{
    public async Task Add(string payment)
    {
        if (!state.State.Ids.Contains(payment)) await Store([.. state.State.Ids, payment]);
    }

    public async Task Remove(string payment)
    {
        if (state.State.Ids.Contains(payment)) await Store(state.State.Ids.Remove(payment));
    }

    public async Task<string[]> All()
    {
        await state.ReadStateAsync();
        return [.. state.State.Ids];
    }

    private Task Store(ImmutableArray<string> ids) => state.Replace(new StoredStuckPayments { Ids = ids }, otherwise: DeactivateOnIdle);
}

/// <summary>The ids as they are stored, oldest first.</summary>
public sealed class StoredStuckPayments
{
    public ImmutableArray<string> Ids { get; set; } = [];
}
