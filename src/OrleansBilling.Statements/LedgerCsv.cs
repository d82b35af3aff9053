using System.Globalization;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Statements;

/// <summary>A ledger as CSV, a row an entry, written while it is read.</summary>
public static class LedgerCsv
{
    /// <summary>Writes a header and the entries.</summary>
    public static async Task Write(
        TextWriter to, CsvForm form, IAsyncEnumerable<EntryView> entries, Currency? currency, TimeZoneInfo zone, CancellationToken cancellation = default)
    {
        var rows = await Begin(to, form, zone, cancellation);
        await foreach (var entry in entries.WithCancellation(cancellation))
            await rows.Number(entry.Number).Instant(entry.At).Instant(entry.RecordedAt).Texts($"{entry.Kind}", entry.Product, SourceOf(entry), entry.Description, "Success")
                .Number(entry.Change).Number(entry.BalanceAfter).Text(currency?.Code())
                .Number(PartOf(entry, CreditKind.BillingPlan)).Number(PartOf(entry, CreditKind.Voucher)).Number(PartOf(entry, CreditKind.TopUp))
                .Texts(LotsOf(entry), entry.Vm?.Id).Number(entry.Vm?.Seconds).Texts(PricesOf(entry), entry.Operation).End(cancellation);
    }

    /// <summary>Writes the same header and payments that are not in the ledger: as the top-ups that they would be, without what only entries have.</summary>
    public static async Task Write(TextWriter to, CsvForm form, IEnumerable<UnpostedRow> payments, TimeZoneInfo zone, CancellationToken cancellation = default)
    {
        var rows = await Begin(to, form, zone, cancellation);
        foreach (var payment in payments)
            await rows.Text(null).Instant(payment.At).Texts(null, $"{EntryKind.Credit}", null, "Top-up", payment.Description, payment.Status)
                .Number(payment.Amount).Text(null).Text(payment.Currency.Code()).Texts(null, null, null, null, null, null, null, null).End(cancellation);
    }

    private static async Task<CsvRows> Begin(TextWriter to, CsvForm form, TimeZoneInfo zone, CancellationToken cancellation)
    {
        var rows = new CsvRows(to, form, zone);
        var local = form == CsvForm.Plain ? "UTC" : zone.Id;
        await rows.Texts(
            "Number", $"Date ({local})", $"Recorded ({local})", "Kind", "Service", "Source", "Description", "Status", "Amount", "Balance after", "Currency", "Billing plan", "Voucher", "Top-up",
            "Lots", "VM", "Seconds", "Prices", "Operation").End(cancellation);
        return rows;
    }

    /// <summary>Which kinds of credit changed, in the order in which they are used.</summary>
    internal static string SourceOf(EntryView entry) => string.Join(", ", entry.Lines.Select(line => line.Kind).Distinct().Order().Select(kind => kind switch
    {
        CreditKind.BillingPlan => "Billing plan",
        CreditKind.Voucher => "Voucher",
        _ => "Top-up",
    }));

    internal static Amount? PartOf(EntryView entry, CreditKind kind)
    {
        Amount? part = null;
        foreach (var line in entry.Lines)
            if (line.Kind == kind) part = (part ?? Amount.Zero) + line.Change;
        return part;
    }

    private static string LotsOf(EntryView entry) => string.Join("; ", entry.Lines.Select(line => $"{line.Lot} {line.Change}"));

    private static string PricesOf(EntryView entry) => string.Join("; ", WorkedSeconds.Of(entry).Select(part => string.Create(
        CultureInfo.InvariantCulture, $"{part.Seconds} s × {part.PricePerHour}/h (version {part.PriceVersion}, rate {part.ExchangeRate}) = {part.Amount}")));
}

/// <summary>A payment that is not in the ledger, as a row.</summary>
/// <param name="At">When it was begun.</param>
/// <param name="Description">What an entry of it would say.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Amount">What was to be paid.</param>
/// <param name="Currency">In which currency.</param>
public sealed record UnpostedRow(DateTimeOffset At, string Description, string Status, Amount Amount, Currency Currency);
