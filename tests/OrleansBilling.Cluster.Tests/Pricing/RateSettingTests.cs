using OrleansBilling.Grains;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Cluster.Tests.Pricing;

/// <summary>Settings of exchange rates that make no sense stop the start.</summary>
public sealed class RateSettingTests
{
    [Fact]
    public void P3_7_a_setting_of_exchange_rates_out_of_its_range_is_refused_by_name()
    {
        Refused("MostPercent", region => region.Rates.MostPercent = 0);
        Refused("LongestGap", region => region.Rates.LongestGap = TimeSpan.FromHours(23));
        Refused("DaysLater", region => region.Rates.DaysLater = 8);
        Refused("Separator", region => region.Rates.Separator = "");
        Refused("Source", region => region.Rates.Source = "file:///etc/rates.csv");
        Refused("Source", region => region.Rates.Source = "rates.csv");
        Refused("Mars/Olympus", region => (region.Rates.Source, region.TimeZone) = ("https://rates.example/all.csv", "Mars/Olympus"));
        Options(region => region.Rates.Source = "https://rates.example/all.csv").Checked();
        var options = Options(_ => { });
        options.RatesEvery = TimeSpan.FromSeconds(59);
        Assert.Contains("RatesEvery", Assert.Throws<ArgumentException>(options.Checked).Message, StringComparison.Ordinal);
    }

    private static void Refused(string name, Action<RegionOptions> change) =>
        Assert.Contains(name, Assert.Throws<ArgumentException>(Options(change).Checked).Message, StringComparison.Ordinal);

    private static BillingOptions Options(Action<RegionOptions> change)
    {
        var options = new BillingOptions { Regions = { ["vn"] = new RegionOptions() } };
        change(options.Regions["vn"]);
        return options;
    }
}
