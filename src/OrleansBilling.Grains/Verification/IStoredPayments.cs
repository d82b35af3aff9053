using OrleansBilling.Contracts;
using OrleansBilling.Grains.Payments;

namespace OrleansBilling.Grains.Verification;

/// <summary>What is stored of payments.</summary>
public interface IStoredPayments
{
    /// <summary>The newest thousand payments of a balance, by id, as they are stored.</summary>
    Task<Dictionary<string, StoredPayment>> Of(BalanceId balance);

    /// <summary>A payment as it is stored; null when nothing is.</summary>
    Task<StoredPayment?> Find(string payment);
}

/// <inheritdoc/>
internal sealed class StoredPaymentStates(StoredStates states) : IStoredPayments
{
    public async Task<Dictionary<string, StoredPayment>> Of(BalanceId balance)
    {
        var known = new Dictionary<string, StoredPayment>(StringComparer.Ordinal);
        var ids = await states.Find<StoredPayments>(typeof(PaymentsGrain), balance.ToString(), PaymentsGrain.StateName);
        foreach (var id in ids?.Ids ?? [])
            if (await Find(id) is { } payment) known[id] = payment; // else its beginning was cut off before it was stored
        return known;
    }

    public Task<StoredPayment?> Find(string payment) => states.Find<StoredPayment>(typeof(PaymentGrain), payment, PaymentGrain.StateName);
}
