using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains.Verification;

/// <summary>M10: numbers without a gap, and each hash follows from its entry and the hash before it, up to the head in the balance.</summary>
internal sealed class ChainCheck(StoredBalance stored, Findings findings)
{
    private long number;
    private byte[] hash = [];

    public void Look(LedgerEntry entry, byte[] storedHash)
    {
        if (entry.Number != ++number)
        {
            findings.Add(Invariants.Chain, $"entry {number}", "there is none of that number");
            number = entry.Number;
        }
        hash = EntryHash.Of(hash, stored.Id, entry);
        if (!hash.AsSpan().SequenceEqual(storedHash))
            findings.Add(Invariants.Chain, $"entry {number}", "the hash does not follow from the entry and the one before");
        hash = storedHash; // so that only a row that was changed is found, and not all after it
    }

    public void End()
    {
        if (number != stored.Balance.EntryCount)
            findings.Add(Invariants.Chain, $"entry {Math.Min(number, stored.Balance.EntryCount) + 1}", $"the balance counts {stored.Balance.EntryCount} entries, the ledger ends with {number}");
        else if (!hash.AsSpan().SequenceEqual(stored.EntryHash))
            findings.Add(Invariants.Chain, $"entry {number}", "the balance has another hash of its last entry");
    }
}
