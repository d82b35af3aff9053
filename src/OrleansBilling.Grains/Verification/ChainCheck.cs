using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains.Verification;

/// <summary>M10: numbers without a gap, and each hash follows from its entry and the hash before it, up to the head in the balance.</summary>
internal sealed class ChainCheck(StoredBalance stored, Findings findings)
{
    private long number;
    private byte[] hash = [];
    private byte[]? instead; // what the hash should be, where it is not

    public void Look(LedgerEntry entry, byte[] storedHash)
    {
        if (entry.Number != ++number)
        {
            findings.Add(Invariants.Chain, $"entry {number}", "there is none of that number");
            number = entry.Number;
        }
        var follows = EntryHash.Of(hash, stored.Id, entry);
        var isRight = storedHash.AsSpan().SequenceEqual(follows) || (instead is not null && storedHash.AsSpan().SequenceEqual(EntryHash.Of(instead, stored.Id, entry)));
        if (!isRight) findings.Add(Invariants.Chain, $"entry {number}", "the hash does not follow from the entry and the one before");
        // So that only a row that was changed is found, and not all after it: what comes next follows from the stored hash when the entry was changed, from the right one when the hash was.
        (hash, instead) = (storedHash, isRight ? null : follows);
    }

    public void End()
    {
        if (number != stored.Balance.EntryCount)
            findings.Add(Invariants.Chain, $"entry {Math.Min(number, stored.Balance.EntryCount) + 1}", $"the balance counts {stored.Balance.EntryCount} entries, the ledger ends with {number}");
        else if (!hash.AsSpan().SequenceEqual(stored.EntryHash))
            findings.Add(Invariants.Chain, $"entry {number}", "the balance has another hash of its last entry");
    }
}
