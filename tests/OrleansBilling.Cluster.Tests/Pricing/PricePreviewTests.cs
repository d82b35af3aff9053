using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Cluster.Tests.Pricing;

/// <summary>Whom a price to come would touch (policy 3.7), before anybody enters it.</summary>
public sealed class PricePreviewTests
{
    [Fact]
    public async Task P3_7_a_preview_says_what_a_price_would_do_to_burn_rate_and_runway_and_changes_nothing()
    {
        await using var cluster = await Ladder.Begin(topUp: "12.70"); // five hours
        var before = await cluster.Billing.GetBalance(cluster.Tenant);

        var page = await Preview(cluster, "5.08", "11:00:00");

        // One hour at 2.54 and two at 5.08. The last second is the first at which nothing is left.
        Assert.Equal(
            new TenantPreviewView("t1", Currency.Usd, 1, Amount.Parse("12.70"), HourlyPrice.Parse("2.54"), HourlyPrice.Parse("5.08"), TimeSpan.FromHours(5), TimeSpan.FromHours(3)),
            Assert.Single(page.Tenants));
        Assert.Equal((PriceResult.Entered, (string?)null), (page.Result, page.Next));
        Assert.Equal(before.Change, (await cluster.Billing.GetBalance(cluster.Tenant)).Change);
        Assert.Single((await cluster.Billing.GetPackages("vn"))[0].Versions);
    }

    [Fact]
    public async Task P3_7_a_preview_is_in_the_balances_currency_and_says_nothing_is_left_where_nothing_is()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.Billing.AddRate("vn", new AddRate("r", Currency.Vnd, ExchangeRate.Parse("25000"), Ladder.At("10:01:00"), Confirmed: true));
        await cluster.AdvanceTo(Ladder.At("10:01:00"));
        cluster.Currency = Currency.Vnd;
        await cluster.TopUp("63500");
        await cluster.Create("a");
        await cluster.AdvanceTo(Ladder.At("10:31:00"));
        Assert.Equal(
            new TenantPreviewView("t1", Currency.Vnd, 1, Amount.Parse("31750"), HourlyPrice.Parse("63500"), HourlyPrice.Parse("25000"), TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(3648)),
            Assert.Single((await Preview(cluster, "1", "10:41:00")).Tenants)); // 600 s at 17.6388… đồng, then 3048 s at 6.9444…
        await cluster.AdvanceTo(Ladder.At("11:01:00"));
        Assert.Equal(TimeSpan.Zero, Assert.Single((await Preview(cluster, "1", "11:20:00")).Tenants).RunwayThen);
    }

    [Fact]
    public async Task P3_7_a_preview_names_those_with_VMs_of_the_package_page_by_page_and_nobody_else()
    {
        await using var cluster = await BillingCluster.Start();
        foreach (var tenant in new[] { "t3", "t1", "t2", "idle" })
        {
            cluster.Tenant = new BalanceId("vn", tenant);
            await cluster.TopUp("10");
            if (tenant != "idle") await cluster.Billing.CreateVm(cluster.Tenant, new("c", "a", "1xH100", "a", false));
        }
        var first = await Preview(cluster, "1", "11:00:00", limit: 2);
        Assert.Equal(["t1", "t2", "then t2"], first.Tenants.Select(tenant => tenant.Tenant).Append($"then {first.Next}"));
        var second = await Preview(cluster, "1", "11:00:00", first.Next, 2);
        Assert.Equal(["t3", "then "], second.Tenants.Select(tenant => tenant.Tenant).Append($"then {second.Next}"));
    }

    [Fact]
    public async Task P3_7_a_price_that_could_not_be_entered_is_not_previewed()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.Billing.AddPrice("vn", new AddPrice("p", "1xH100", HourlyPrice.Parse("3"), Ladder.At("11:00:00")));
        Assert.Equal(PriceResult.InstantTaken, (await Preview(cluster, "1", "11:00:00")).Result);
        Assert.Equal(PriceResult.TooSoon, (await Preview(cluster, "1", "09:59:59")).Result);
        Assert.Equal(PriceResult.UnknownPackage, (await cluster.Billing.PreviewPrice("vn", new PreviewPrice("none", HourlyPrice.Parse("1"), Ladder.At("12:00:00")))).Result);
    }

    private static Task<PricePreviewPage> Preview(BillingCluster cluster, string perHour, string from, string? after = null, int limit = 50) =>
        cluster.Billing.PreviewPrice("vn", new PreviewPrice("1xH100", HourlyPrice.Parse(perHour), Ladder.At(from)), after, limit);
}
