using System.Collections.Immutable;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>What is sold, and the published policy.</summary>
internal static class Catalogue
{
    public static readonly ImmutableArray<string> Packages = ["1xH100", "2xA30", "1xL4"];

    public static readonly BillingRules FirstRules = new(
        new BillingPolicy(),
        new PriceList(Currency.Usd, Packages.Select((code, i) => Sold(code, i + 1)).ToImmutableDictionary(package => package.Code)),
        [],
        Revision: 1);

    private static Package Sold(string code, int id) =>
        new(code, [new PriceVersion(id, new HourlyPrice(id switch { 1 => 2_540_000, 2 => 1_333_333, _ => 700_001 }), Schedule.Start.AddDays(-30))]);

    /// <summary>The rules with a price from an instant on; ids are unique in the region.</summary>
    public static BillingRules WithPrice(this BillingRules rules, string code, long microsPerHour, DateTimeOffset from)
    {
        var (list, package) = (rules.Prices, rules.Prices[code]);
        if (package.Versions[^1].From >= from) return rules;
        var id = list.Packages.Values.Sum(sold => sold.Versions.Length) + 1;
        var changed = package with { Versions = package.Versions.Add(new PriceVersion(id, new HourlyPrice(microsPerHour), from)) };
        return rules with { Prices = new PriceList(list.Currency, list.Packages.SetItem(code, changed)) };
    }
}
