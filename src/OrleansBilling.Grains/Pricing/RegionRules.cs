using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains.Pricing;

/// <summary>
/// The rules of each region as this silo knows them. They may be a moment old: every commit names the revision that it was decided
/// by, and is decided again when that is not the present one. A price is entered at least a minute ahead, far more than
/// <see cref="Freshness"/>, so that meters know it before it counts.
/// </summary>
public sealed class RegionRules(ILedgerStore store, IOptions<BillingOptions> options, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock)
{
    /// <summary>How old rules may be before they are read again. Measured on a clock that nobody sets: not by the time of day.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, (BillingRules Rules, long ReadAt)> known = new();
    private readonly ConcurrentDictionary<string, Lazy<Task>> underway = new();

    /// <summary>The rules of a region.</summary>
    /// <exception cref="ArgumentException">There is no such region.</exception>
    public ValueTask<BillingRules> Of(string region) => Fresh(region) is { } rules ? new(rules) : new(ReadAgain(region));

    /// <summary>Reads them again.</summary>
    public async Task<BillingRules> Refresh(string region)
    {
        var settings = SettingsOf(region);
        var readAt = clock.GetTimestamp();
        var rows = await store.Rules(region);
        if (known.TryGetValue(region, out var before) && before.Rules.Revision == rows.Revision)
        {
            // The same ones: what was summed up by these prices need not be summed up again.
            known[region] = (before.Rules, readAt);
            return before.Rules;
        }
        var currency = CurrencyCode.Find(settings.Currency) ?? throw new InvalidOperationException($"Region '{region}' lists its prices in '{settings.Currency}', which no balance can have.");
        var rules = new BillingRules(options.Value.Policy, new PriceList(currency, PackagesOf(rows), rows.Rates), [.. rows.Holds], rows.Revision);
        known[region] = (rules, readAt);
        return rules;
    }

    private BillingRules? Fresh(string region) => known.TryGetValue(region, out var entry) && clock.GetElapsedTime(entry.ReadAt) < Freshness ? entry.Rules : null;

    /// <summary>One reading for all who wait; once more when the process was frozen in the midst of it.</summary>
    private async Task<BillingRules> ReadAgain(string region)
    {
        while (true)
        {
            await underway.GetOrAdd(region, _ => new Lazy<Task>(() => Task.Run(async () =>
            {
                try
                {
                    await Refresh(region);
                }
                finally
                {
                    underway.TryRemove(region, out Lazy<Task>? _);
                }
            }))).Value;
            if (Fresh(region) is { } rules) return rules;
        }
    }

    /// <summary>The packages with the price versions that the ledger has of a region.</summary>
    public static ImmutableDictionary<string, Package> PackagesOf(RegionRows rows) => rows.Prices.GroupBy(row => row.Package).ToImmutableDictionary(
        group => group.Key,
        group => new Package(group.Key, [.. group.OrderBy(row => row.From).Select(row => new PriceVersion(row.Id, new HourlyPrice(row.MicrosPerHour), row.From, By: row.By))]));

    /// <summary>The settings of a region.</summary>
    /// <exception cref="ArgumentException">There is no such region.</exception>
    public RegionOptions SettingsOf(string region) =>
        options.Value.Regions.TryGetValue(region, out var settings) ? settings : throw new ArgumentException($"There is no region '{region}'.", nameof(region));
}
