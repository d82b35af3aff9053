using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Verification;

/// <summary>
/// M5: one entry an operation id, and the entry is what was asked for under that id. A content that names another currency than the
/// balance's is M11.
/// </summary>
internal sealed class OperationsCheck(Balance balance, Findings findings)
{
    private readonly Dictionary<string, CreditLot> lots = balance.Lots.ToDictionary(lot => lot.Id);
    private readonly HashSet<UInt128> seen = []; // of callers' ids, 16 bytes each; those that the ledger makes carry a number

    public void Look(LedgerEntry entry)
    {
        var row = $"entry {entry.Number}";
        if (OwnOperation(entry) is { } own)
        {
            if (entry.Operation != own || entry.Fingerprint != own) findings.Add(Invariants.Once, row, $"has the operation {entry.Operation}: expected {own}");
            return;
        }
        if (!seen.Add(MemoryMarshal.Read<UInt128>(SHA256.HashData(Encoding.UTF8.GetBytes(entry.Operation)))))
            findings.Add(Invariants.Once, row, $"is another one of the operation {entry.Operation}");
        if (balance.Currency is not { } currency || IsOf(entry, currency)) return;
        if (Enum.GetValues<Currency>().Any(other => IsOf(entry, other))) findings.Add(Invariants.Belonging, row, $"is in another currency than {currency.Code()}: {entry.Fingerprint}");
        else findings.Add(Invariants.Once, row, $"is not what was asked for: {entry.Fingerprint}");
    }

    private static string? OwnOperation(LedgerEntry entry) =>
        entry.Vm is { } vm ? $"vm/{vm.Id}/{vm.Sequence}"
        : entry is { Kind: EntryKind.Expiry or EntryKind.Revocation, Lines: [var line] } ? $"{(entry.Kind == EntryKind.Expiry ? "expiry" : "revocation")}/{line.Lot}/{entry.Number}"
        : null;

    private bool IsOf(LedgerEntry entry, Currency currency)
    {
        if (entry is { Kind: EntryKind.Charge, Product: { } product }) return entry.Fingerprint == $"charge|{product}|{currency.Code()}|{-entry.Change}";
        if (entry is { Kind: EntryKind.Refund, Lines: [{ Lot: CreditLot.TopUp }] }) return entry.Fingerprint == $"takeBack|{currency.Code()}|{-entry.Change}";
        if (entry is { Kind: EntryKind.Adjustment, Lines: [var adjusted] }) return IsAdjustment(entry, adjusted, $"adjust|{currency.Code()}|{entry.Change}|{adjusted.Kind}|");
        if (entry is not { Kind: EntryKind.Credit, Lines: [var line] }) return false;
        if (line.Lot == CreditLot.TopUp) return entry.Fingerprint == $"topUp|{currency.Code()}|{entry.Change}";
        // The rest of it is the life that was asked for; the lot's row has the life that it got.
        return lots.TryGetValue(line.Lot, out var lot) && (entry.Operation, entry.Fingerprint) == (lot.Operation, lot.Fingerprint)
            && lot.Fingerprint.StartsWith($"{lot.Kind}|{lot.Id}|{lot.Scope}|{currency.Code()}|{entry.Change}|", StringComparison.Ordinal);
    }

    // A debit names a lot that was there; a credit made its lot, which says so.
    private bool IsAdjustment(LedgerEntry entry, LedgerLine line, string asked) =>
        line.Lot == CreditLot.TopUp ? entry.Fingerprint == $"{asked}||"
        : line.Change < Amount.Zero ? entry.Fingerprint == $"{asked}{line.Lot}||"
        : lots.TryGetValue(line.Lot, out var lot) && (entry.Operation, entry.Fingerprint) == (lot.Operation, lot.Fingerprint)
            && entry.Fingerprint.StartsWith($"{asked}{lot.Id}|{lot.Scope}|", StringComparison.Ordinal);
}
