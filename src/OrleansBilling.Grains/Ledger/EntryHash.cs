using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;
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
        Span<byte> bytes = stackalloc byte[1024]; // what almost every entry fits into
        for (var vm = Text(entry.Vm); ; bytes = new byte[bytes.Length * 2])
        {
            previous.CopyTo(bytes);
            if (Utf8.TryWrite(bytes[previous.Length..], CultureInfo.InvariantCulture,
                $"{balance.Region}/{balance.Tenant}\n{entry.Number}\n{entry.Operation}\n{entry.Fingerprint}\n{entry.Kind.ToString()}\n{Milliseconds(entry.At)}\n{Milliseconds(entry.RecordedAt)}\n{entry.Product?.Value}\n{vm}\n{entry.Change.Micros}\n{LedgerText.Of(entry.Lines)}\n{entry.BalanceAfter.Micros}\n{entry.Description}",
                out var written))
                return SHA256.HashData(bytes[..(previous.Length + written)]);
        }
    }

    private static string Text(VmCharge? vm) => vm is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{vm.Id}|{vm.Sequence}|{Milliseconds(vm.From)}|{Milliseconds(vm.Through)}|{vm.Seconds}|{LedgerText.Of(vm.Priced)}");

    private static long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();
}
