using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Grains.Ledger;

/// <summary>
/// One balance with its entries at one moment: what is committed while it is being read is not in it. Holds a read transaction of the
/// database until it is disposed.
/// </summary>
public interface ILedgerSnapshot : IAsyncDisposable
{
    /// <summary>The balance with every lot and VM there ever was.</summary>
    StoredBalance Stored { get; }

    /// <summary>The entries after a number, oldest first, with the hashes stored beside them.</summary>
    Task<IReadOnlyList<(LedgerEntry Entry, byte[] Hash)>> Entries(long after, int limit);
}
