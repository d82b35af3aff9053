using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Grains.Ledger;

/// <summary>
/// The chain that shows that no entry was changed or taken out: each hash covers everything an entry says and the hash before it (M10).
/// </summary>
public static class EntryHash
{
    /// <summary>SHA-256 of the hash before it and of the entry's content, in a form that does not depend on any class or column name.</summary>
    public static byte[] Of(ReadOnlySpan<byte> previous, BalanceId balance, LedgerEntry entry)
    {
        var content = string.Create(CultureInfo.InvariantCulture,
            $"{balance}\n{entry.Number}\n{entry.Operation}\n{entry.Fingerprint}\n{entry.Kind}\n{Milliseconds(entry.At)}\n{Milliseconds(entry.RecordedAt)}\n{entry.Product}\n{Text(entry.Vm)}\n{entry.Change.Micros}\n{LedgerText.Of(entry.Lines)}\n{entry.BalanceAfter.Micros}\n{entry.Description}");
        var bytes = new byte[previous.Length + Encoding.UTF8.GetByteCount(content)];
        previous.CopyTo(bytes);
        Encoding.UTF8.GetBytes(content, bytes.AsSpan(previous.Length));
        return SHA256.HashData(bytes);
    }

    private static string Text(VmCharge? vm) => vm is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{vm.Id}|{vm.Sequence}|{Milliseconds(vm.From)}|{Milliseconds(vm.Through)}|{vm.Seconds}|{LedgerText.Of(vm.Priced)}");

    private static long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();
}
