namespace OrleansBilling.Contracts.Payments;

/// <summary>The payments of a balance, by id; its key is a <see cref="BalanceId"/>. Keeps the newest thousand: the ledger has what was paid for ever.</summary>
[Alias("payments")]
public interface IPaymentsGrain : IGrainWithStringKey
{
    /// <summary>Remembers a payment, once. Called by the payment before it is stored, so that none is missing here.</summary>
    [Alias("add")] Task Add(string payment);

    /// <summary>The newest ids, newest first. One may be of a payment that came to nothing before it was stored.</summary>
    [Alias("newest")] Task<string[]> Newest(int limit);
}
