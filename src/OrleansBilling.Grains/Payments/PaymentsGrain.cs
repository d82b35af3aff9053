using System.Collections.Immutable;
using OrleansBilling.Contracts.Payments;

namespace OrleansBilling.Grains.Payments;

/// <summary>Promises that no payment of a balance is missing among the newest.</summary>
public sealed class PaymentsGrain([PersistentState(PaymentsGrain.StateName, StorageNames.State)] IPersistentState<StoredPayments> state) : Grain, IPaymentsGrain
{
    internal const string StateName = "payments";
    private const int Kept = 1000;

    public async Task Add(string payment)
    {
        if (state.State.Ids.Contains(payment)) return;
        await state.Replace(new StoredPayments { Ids = [.. state.State.Ids.TakeLast(Kept - 1), payment] }, otherwise: DeactivateOnIdle);
    }

    public Task<string[]> Newest(int limit) => Task.FromResult(state.State.Ids.Reverse().Take(limit).ToArray());
}

/// <summary>The ids as they are stored, oldest first.</summary>
public sealed class StoredPayments
{
    public ImmutableArray<string> Ids { get; set; } = [];
}
