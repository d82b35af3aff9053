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
        var content = string.Join('\n',
            balance, Text(entry.Number), entry.Operation, entry.Fingerprint, entry.Kind, Text(entry.At), Text(entry.RecordedAt),
            entry.Product, Text(entry.Vm), Text(entry.Change.Micros), LedgerText.Of(entry.Lines), Text(entry.BalanceAfter.Micros), entry.Description);
        return SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(content)]);
    }

    private static string Text(VmCharge? vm) => vm is null
        ? ""
        : string.Join('|', vm.Id, Text(vm.Sequence), Text(vm.From), Text(vm.Through), Text(vm.Seconds), LedgerText.Of(vm.Priced));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset at) => Text(at.ToUnixTimeMilliseconds());
}
