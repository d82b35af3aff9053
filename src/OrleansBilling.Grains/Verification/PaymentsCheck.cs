using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Payments;

namespace OrleansBilling.Grains.Verification;

/// <summary>
/// M9: what a gateway has confirmed is in the ledger, and the ledger has nothing of a payment that no gateway has confirmed.
/// </summary>
/// <remarks>
/// A payment is stored before it is posted, and struck off after. So of one that was read before the ledger everything must be there that
/// it does not call owed; and what the ledger has beyond that, the payment must know when it is read after.
/// </remarks>
internal sealed class PaymentsCheck(BalanceId id, Balance balance, Findings findings)
{
    private const string OfPayments = "payment/";

    private readonly Dictionary<string, LedgerEntry> posted = new(StringComparer.Ordinal);
    private readonly HashSet<string> named = new(StringComparer.Ordinal); // the operations that a payment read before the ledger names

    /// <summary>How many top-ups and refunds are of no payment: what a portal posted by itself.</summary>
    public int Elsewhere { get; private set; }

    public void Look(LedgerEntry entry)
    {
        if (entry.Operation.StartsWith(OfPayments, StringComparison.Ordinal)) posted[entry.Operation] = entry;
        else if (entry.Kind is EntryKind.Credit or EntryKind.Refund && entry.Lines is [{ Lot: CreditLot.TopUp }]) Elsewhere++;
    }

    /// <summary>A payment as it was stored before the ledger was read.</summary>
    public void LookBefore(string payment, StoredPayment stored)
    {
        var row = $"payment {payment}";
        if (stored.Balance() != id) return; // its beginning was cut off here, and the id is somebody else's since
        var owed = stored.Unposted.Concat(stored.Settled).ToDictionary(posting => posting.Operation, posting => posting.Change);
        foreach (var receipt in stored.Credited)
        {
            if (receipt.AmountMicros != stored.AmountMicros)
                findings.Add(Invariants.Gateway, row, $"was credited {new Amount(receipt.AmountMicros)} for receipt {receipt.Name}, and is of {new Amount(stored.AmountMicros)}");
            var operation = stored.CreditOf(receipt.Name);
            if (In(operation) is { } change && change != new Amount(receipt.AmountMicros))
                findings.Add(Invariants.Gateway, row, $"was paid {new Amount(receipt.AmountMicros)} by receipt {receipt.Name}, and {operation} is {change}");
        }
        var taken = Amount.Zero;
        // Each of them is posted, owed or settled: there are no more of them than of those.
        for (var number = 1; number <= Math.Min(stored.Corrections, posted.Count + owed.Count + 1); number++) taken -= In(StoredPayment.CorrectionOf(payment, number)) ?? Amount.Zero;
        if (taken != new Amount(stored.TakenBackMicros))
            findings.Add(Invariants.Gateway, row, $"has gone back to its payer with {new Amount(stored.TakenBackMicros)}, but with {taken} in the ledger");

        foreach (var settled in stored.Settled.Where(settled => posted.ContainsKey(settled.Operation)))
            findings.Add(Invariants.Gateway, row, $"was settled outside the ledger, and {Row(settled.Operation)} is {settled.Operation}");

        // What a posting comes to: as the ledger has it, or as it is owed or was settled.
        Amount? In(string operation)
        {
            named.Add(operation);
            if (posted.TryGetValue(operation, out var entry))
            {
                if (balance.Currency?.Code() != stored.Currency) findings.Add(Invariants.Gateway, row, $"is in {stored.Currency}, and {Row(operation)} in {balance.Currency?.Code()}");
                return entry.Change;
            }
            if (owed.TryGetValue(operation, out var change)) return change;
            findings.Add(Invariants.Gateway, row, $"was confirmed by its gateway, and the ledger has no {operation}");
            return null;
        }
    }

    /// <summary>The ids of the payments that must explain what is left, by the entry that names them; empty for an entry that names none.</summary>
    public IEnumerable<(string Payment, LedgerEntry Entry)> Unexplained() =>
        from entry in posted.Values
        where !named.Contains(entry.Operation)
        orderby entry.Number
        select (StoredPayment.NamedIn(entry.Description) ?? "", entry);

    /// <summary>An entry that names a payment, as that is stored after the ledger was read; null when nothing is.</summary>
    public void LookAfter(LedgerEntry entry, string payment, StoredPayment? stored)
    {
        var explained = stored is not null && stored.Balance() == id && stored.Currency == balance.Currency?.Code()
            && (stored.Credited.Any(receipt => stored.CreditOf(receipt.Name) == entry.Operation && new Amount(receipt.AmountMicros) == entry.Change)
                || Enumerable.Range(1, Math.Clamp(stored.Corrections, 0, posted.Count)).Any(number => StoredPayment.CorrectionOf(payment, number) == entry.Operation));
        if (!explained) findings.Add(Invariants.Gateway, $"entry {entry.Number}", $"is of {entry.Operation}, which no payment of this balance has confirmed");
    }

    private string Row(string operation) => $"entry {posted[operation].Number}";
}
