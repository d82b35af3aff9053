using System.Security.Cryptography;
using System.Text;
using OrleansBilling.Contracts;

namespace OrleansBilling.Grains.Verification;

/// <summary>A row of the ledger that is not what an invariant says: the first one of its balance, or the first that no operator has decided about.</summary>
/// <param name="Invariant">M1, M2, …</param>
/// <param name="Balance">Whose ledger.</param>
/// <param name="Row">Which row, e.g. <c>entry 17</c>, <c>lot spring</c>: the same each time it is found.</param>
/// <param name="What">What is wrong, in numbers.</param>
public sealed record Finding(string Invariant, BalanceId Balance, string Row, string What)
{
    /// <summary>
    /// The id of the hold for it. It names the finding, so an operator who has released it has decided about this row and not about
    /// the next one.
    /// </summary>
    public string HoldId
    {
        get
        {
            var plain = $"verify-{Invariant}-{Row}".ToLowerInvariant().Replace(' ', '-');
            // The ids of lots are their callers'.
            return BalanceId.IsId(plain) ? plain : $"verify-{Invariant}-{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Row)), 0, 8)}".ToLowerInvariant();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Balance} {Row}: {What}";
}
