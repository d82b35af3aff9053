using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Grains.Ledger;

/// <summary>A balance as the ledger has it.</summary>
/// <param name="Id">Whose.</param>
/// <param name="Version">Rises by one with every commit; 0 when nothing is stored yet.</param>
/// <param name="Email">The address at the tenant's first sign-in; empty when it never signed in.</param>
/// <param name="Balance">The value.</param>
/// <param name="EntryHash">The hash of its last entry.</param>
/// <param name="NoticeCount">The number of its last notice.</param>
/// <param name="DueAt">When it must be looked at next, the quarter hours of its VMs aside; null when nothing is in sight.</param>
public sealed record StoredBalance(BalanceId Id, long Version, string Email, Balance Balance, byte[] EntryHash, long NoticeCount, DateTimeOffset? DueAt)
{
    public static StoredBalance None(BalanceId id) => new(id, 0, "", Balance.Empty, EntryHash: [], 0, DueAt: null);
}
