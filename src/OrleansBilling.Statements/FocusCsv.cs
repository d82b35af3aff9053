using System.Globalization;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Statements;

/// <summary>Who and where, for a FOCUS file.</summary>
/// <param name="Balance">Whose usage.</param>
/// <param name="Currency">That of the balance.</param>
/// <param name="Zone">The region's time zone, by which months begin.</param>
/// <param name="Provider">The provider's name.</param>
public sealed record FocusSubject(BalanceId Balance, Currency? Currency, TimeZoneInfo Zone, string Provider);

/// <summary>
/// Usage with the columns of FOCUS, the FinOps Open Cost and Usage Specification 1.x: a row for each charge and price version. Costs and seconds are
/// exact; hours, in which prices are listed, are rounded to 9 digits. List prices and costs are those of the price list,
/// contracted ones the tenant's own. Empty are the columns that say nothing here; ours begin with <c>x_</c>.
/// </summary>
public static class FocusCsv
{
    private static readonly string[] columns =
    [
        "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription",
        "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "ContractedUnitPrice", "EffectiveCost", "InvoiceIssuerName",
        "ListCost", "ListUnitPrice", "PricingCategory", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "RegionId", "RegionName", "ResourceId", "ResourceName",
        "ResourceType", "ServiceCategory", "ServiceName", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "x_EntryNumber", "x_ExchangeRate",
    ];

    /// <summary>Writes a header and the charges and corrections among the entries.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="entries">The entries; those that are no usage are left out.</param>
    /// <param name="subject">Who and where.</param>
    /// <param name="packageOf">The package of a VM.</param>
    /// <param name="listedAt">What a package costs everybody at an instant, in the list currency: for seconds that had an own price. Null: unknown.</param>
    /// <param name="cancellation">Stops.</param>
    public static async Task Write(
        TextWriter to, IAsyncEnumerable<EntryView> entries, FocusSubject subject, Func<string, string?> packageOf, Func<string, DateTimeOffset, HourlyPrice?> listedAt, CancellationToken cancellation = default)
    {
        var rows = new CsvRows(to, CsvForm.Plain, subject.Zone);
        await rows.Texts(columns).End(cancellation);
        await foreach (var entry in entries.WithCancellation(cancellation))
        {
            if (entry.Kind is not (EntryKind.Charge or EntryKind.Correction)) continue;
            if (entry.Vm is not { } vm)
            {
                await Row(rows, entry, subject, -entry.Change, entry.At, null, null, entry.Product, null).End(cancellation);
                continue;
            }
            // A charge is cut where an own price begins or ends, so what was listed at its start is what there was instead.
            foreach (var part in WorkedSeconds.Of(entry))
                await Row(
                    rows, entry, subject, part.Amount, vm.From, part, part.PriceVersion >= 0 ? part.PricePerHour : packageOf(vm.Id) is { } package ? listedAt(package, vm.From) : null, packageOf(vm.Id), string.Create(CultureInfo.InvariantCulture, $"{packageOf(vm.Id)}/{part.PriceVersion}")).End(cancellation);
        }
    }

    private static CsvRows Row(CsvRows rows, EntryView entry, FocusSubject subject, Amount cost, DateTimeOffset from, WorkedSeconds? part, HourlyPrice? listed, string? sku, string? skuPrice)
    {
        var (balance, vm, month) = (subject.Balance, entry.Vm, Month.Of(entry.At, subject.Zone));
        var (price, listPrice) = (InBillingCurrency(part?.PricePerHour), InBillingCurrency(listed));
        var listCost = part is not { PriceVersion: < 0 } ? cost : listPrice is { } hour ? new Amount((long)(hour * Amount.MicrosPerUnit * part.Seconds / 3600)) : (Amount?)null;
        rows.Number(cost).Texts($"{balance}", balance.Tenant, subject.Currency?.Code()).Instant(month.EndsIn(subject.Zone)).Instant(month.BeginsIn(subject.Zone));
        rows.Texts("Usage", entry.Kind == EntryKind.Correction ? "Correction" : null, Describe(entry, part), "Usage-Based").Instant(entry.At).Instant(from);
        rows.Number(part?.Seconds).Text(part is null ? null : "Seconds").Number(cost).Number(price).Number(cost).Text(subject.Provider);
        (listCost is { } known ? rows.Number(known) : rows.Text(null)).Number(listPrice).Text("Standard").Number(part is null ? null : decimal.Round(part.Seconds / 3600m, 9)).Text(part is null ? null : "Hours");
        rows.Texts(subject.Provider, subject.Provider, balance.Region, balance.Region, vm?.Id, vm is null ? null : entry.Description, vm is null ? null : "GPU VM");
        rows.Texts(vm is null ? "AI and Machine Learning" : "Compute", entry.Product, sku, skuPrice, balance.Tenant, null);
        return rows.Number(entry.Number).Number(part?.ExchangeRate);

        decimal? InBillingCurrency(HourlyPrice? perHour) => part is null || perHour is null ? null : perHour.Value.MicrosPerHour * part.ExchangeRate / Amount.MicrosPerUnit;
    }

    private static string Describe(EntryView entry, WorkedSeconds? part) => part is null
        ? entry.Description
        : string.Create(CultureInfo.InvariantCulture, $"{part.Seconds} s × {part.PricePerHour}/h ÷ 3600{(part.ExchangeRate == 1 ? "" : $" × {part.ExchangeRate}")}");
}
