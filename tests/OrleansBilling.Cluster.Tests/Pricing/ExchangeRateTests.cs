using OrleansBilling.Cluster.Tests.Fencing;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Grains.Verification;

namespace OrleansBilling.Cluster.Tests.Pricing;

/// <summary>A balance in đồng and a price list in dollars: exchange rates come ahead of time, and count in their very seconds (policy 3.7).</summary>
public sealed class ExchangeRateTests
{
    [Theory]
    [InlineData("09:00:00")]
    [InlineData("10:00:59")]
    public async Task P3_7_a_rate_that_is_entered_less_than_a_minute_ahead_is_refused(string from)
    {
        await using var cluster = await BillingCluster.Start();
        Assert.Equal(RateResult.TooSoon, (await cluster.Billing.AddRate("vn", Rate("r", "25400", from))).Result);
        Assert.Empty(await cluster.Billing.GetRates("vn"));
    }

    [Fact]
    public async Task M5_P3_7_a_rate_is_entered_once_and_also_known_again_after_its_instant()
    {
        await using var cluster = await BillingCluster.Start();
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.Billing.AddRate("vn", First("r", "25400", "10:01:00"))));
        Assert.All(replies, reply => Assert.Equal((RateResult.Entered, 1), (reply.Result, reply.Id)));
        await cluster.AdvanceTo(Ladder.At("10:30:00"));
        Assert.Equal(RateResult.Entered, (await cluster.Billing.AddRate("vn", Rate("r", "25400", "10:01:00"))).Result);
        Assert.Equal(RateResult.OperationReused, (await cluster.Billing.AddRate("vn", Rate("r", "25401", "11:00:00"))).Result);
        Assert.Equal(RateResult.InstantTaken, (await cluster.Billing.AddRate("vn", Rate("s", "25401", "10:01:00"))).Result);
        Assert.Equal(RateResult.ListCurrency, (await cluster.Billing.AddRate("vn", Rate("s", "1", "11:00:00") with { Currency = Currency.Usd })).Result);
        Assert.Equal([new RateView(1, Currency.Vnd, ExchangeRate.Parse("25400"), Ladder.At("10:01:00"), "grace")], await cluster.Billing.GetRates("vn"));
    }

    [Fact]
    public async Task P3_7_a_rate_that_jumps_or_comes_after_a_gap_is_refused_until_somebody_confirms_it()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.Billing.AddRate("vn", First("first", "25000", "10:01:00"));
        var jump = await cluster.Billing.AddRate("vn", Rate("jump", "26250.000001", "10:02:00"));
        Assert.Equal((RateResult.Jump, "25000"), (jump.Result, jump.Before!.Rate.ToString()));
        Assert.Equal(RateResult.Entered, (await cluster.Billing.AddRate("vn", Rate("most", "26250", "10:02:00"))).Result);
        Assert.Equal(RateResult.Jump, (await cluster.Billing.AddRate("vn", Rate("down", "24937.499999", "10:03:00"))).Result);
        Assert.Equal(RateResult.Entered, (await cluster.Billing.AddRate("vn", Rate("down", "24937.499999", "10:03:00") with { Confirmed = true })).Result);
        var later = Rate("gap", "24937.5", "10:03:00") with { From = Ladder.At("10:03:00").AddDays(4).AddMilliseconds(1) };
        Assert.Equal(RateResult.Gap, (await cluster.Billing.AddRate("vn", later)).Result);
        Assert.Equal(RateResult.Entered, (await cluster.Billing.AddRate("vn", later with { Operation = "weekend", From = Ladder.At("10:03:00").AddDays(4) })).Result);
        Assert.Equal(4, (await cluster.Billing.GetRates("vn")).Length);
    }

    [Fact]
    public async Task P3_7_the_first_rate_of_a_currency_is_refused_until_somebody_confirms_it_and_says_who_did()
    {
        await using var cluster = await BillingCluster.Start();
        Assert.Equal(new RateReply(RateResult.First, 0), await cluster.Billing.AddRate("vn", Rate("r", "2540", "10:01:00")));
        Assert.Empty(await cluster.Billing.GetRates("vn"));

        Assert.Equal(RateResult.Entered, (await cluster.Billing.AddRate("vn", First("r", "25400", "10:01:00"))).Result);
        Assert.Equal("grace", Assert.Single(await cluster.Billing.GetRates("vn")).By);
        Assert.Equal(RateResult.First, (await cluster.Billing.AddRate("vn", Rate("yen", "150", "10:01:00") with { Currency = Currency.Jpy })).Result);
    }

    [Fact]
    public async Task P3_7_without_a_rate_in_force_nothing_is_sold_in_another_currency_and_with_one_a_VM_is()
    {
        await using var cluster = await BillingCluster.Start();
        cluster.Currency = Currency.Vnd;
        await cluster.TopUp("100000");
        Assert.Equal(AdmissionResult.NoPriceInCurrency, (await cluster.Create("a")).Result);
        await cluster.Billing.AddRate("vn", First("first", "25400.5", "10:01:00"));
        Assert.Equal(AdmissionResult.NoPriceInCurrency, (await cluster.Create("a")).Result);
        await cluster.AdvanceTo(Ladder.At("10:01:00"));
        var admission = await cluster.Create("a");
        Assert.Equal((AdmissionResult.Admitted, "64517.270000"), (admission.Result, admission.Need.ToString()));
    }

    [Fact]
    public async Task P3_7_a_rate_counts_from_its_very_second_for_meter_charge_and_live_balance_and_each_line_names_it()
    {
        await using var cluster = await InDong();
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await cluster.Billing.AddRate("vn", Rate("second", "25391.123456789012", "10:11:00"));
        await cluster.AdvanceTo(Ladder.At("10:11:00"));
        Assert.Equal("989247.121667", (await cluster.Billing.GetBalance(cluster.Tenant)).Live.ToString()); // 600 s at 17.92146388… đồng
        await cluster.AdvanceTo(Ladder.At("10:16:01"));

        var charge = (await cluster.Entries())[^1];
        Assert.Equal((Ladder.At("10:16:00"), "-16127.332798"), (charge.At, charge.Change.ToString()));
        Assert.Equal([(1, 1, "25400.5", 600L), (1, 2, "25391.123456789012", 300L)],
            charge.Vm!.Priced.Select(part => (part.PriceVersion, part.RateVersion!.Value, part.Rate.ToString()!, part.Seconds)));
        var vm = (await cluster.Billing.FindVm(cluster.Tenant, "a"))!;
        Assert.Equal((901L, "16145.247646", "64493.453580", Currency.Vnd), (vm.Seconds, vm.Cost.ToString(), vm.PricePerHour.ToString(), vm.Currency));
        Assert.Equal("64493.453580", (await cluster.Billing.GetBalance(cluster.Tenant)).BurnRate.ToString());
    }

    [Fact]
    public async Task M6_M10_a_ledger_with_rates_and_a_correction_verifies_and_its_chain_does_too()
    {
        await using var cluster = await InDong(setup => setup.OnDisk = true);
        await cluster.Billing.AddRate("vn", Rate("second", "25391.123456789012", "10:11:00"));
        await cluster.AdvanceTo(Ladder.At("10:17:00"));
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:06:00"), VmStatus.Error)); // late: a correction follows
        await cluster.AdvanceTo(Ladder.At("10:40:00"));
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:40:00"), VmStatus.Running));
        await cluster.AdvanceTo(Ladder.At("11:02:00"));

        Assert.Contains(await cluster.Entries(), entry => entry.Kind == EntryKind.Correction && entry.Vm!.Priced.Length == 2);
        Assert.Null(await EntryChain.FirstBroken(cluster.Ledger, cluster.Database, cluster.Tenant));
        Assert.Empty((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);
    }

    [Theory]
    [InlineData("UPDATE exchange_rate SET picos = picos + 1 WHERE id = 2")]
    [InlineData("UPDATE exchange_rate SET currency = 'JPY' WHERE id = 2")]
    [InlineData("DELETE FROM exchange_rate WHERE id = 2")]
    [InlineData("UPDATE exchange_rate SET from_ms = from_ms + 60000 WHERE id = 2")]
    public async Task F21_M6_an_exchange_rate_that_was_changed_is_found(string edit)
    {
        await using var cluster = await InDong(setup => setup.OnDisk = true);
        await cluster.Billing.AddRate("vn", Rate("second", "25391.123456789012", "10:11:00"));
        await cluster.AdvanceTo(Ladder.At("10:17:00"));
        await cluster.Ask("a", VmRequest.PowerOff);
        Assert.Equal(1, cluster.Database.Force(edit));
        var found = (await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found;
        Assert.Equal("M6", Assert.Single(found).Invariant);
    }

    [Fact]
    public async Task P3_7_a_price_is_shown_at_the_rate_in_force_with_its_date_in_the_region_and_that_it_goes_on()
    {
        await using var cluster = await BillingCluster.Start(setup => setup.Billing = options =>
            options.Regions["vn"] = new RegionOptions { TimeZone = "Asia/Ho_Chi_Minh", Packages = { ["1xH100"] = new PackageOptions { PricePerHour = "2.54" } } });
        Assert.Empty((await cluster.Billing.GetPackages("vn"))[0].Converted);
        await cluster.Billing.AddRate("vn", First("evening", "25400.5", "16:59:59"));
        await cluster.Billing.AddRate("vn", Rate("midnight", "25391.123456789012", "17:00:00"));
        await cluster.AdvanceTo(Ladder.At("16:59:59"));
        Assert.Equal(At("64517.27", "25400.5", "16:59:59", 2), await Shown());
        await cluster.AdvanceTo(Ladder.At("17:00:00"));
        Assert.Equal(At("64493.45358", "25391.123456789012", "17:00:00", 3), await Shown());
        await cluster.AdvanceTo(Ladder.At("17:00:00").AddDays(1).AddSeconds(-1));
        Assert.Equal(At("64493.45358", "25391.123456789012", "17:00:00", 3), await Shown());
        await cluster.AdvanceTo(Ladder.At("17:00:00").AddDays(1));
        Assert.Equal(At("64493.45358", "25391.123456789012", "17:00:00", 3, goesOn: true), await Shown());

        async Task<ConvertedPriceView> Shown()
        {
            var package = (await cluster.Billing.GetPackages("vn"))[0];
            Assert.Equal((Currency.Usd, "2.540000"), (package.Currency, package.PricePerHour.ToString()));
            return Assert.Single(package.Converted);
        }

        static ConvertedPriceView At(string price, string rate, string since, int day, bool goesOn = false) =>
            new(Currency.Vnd, HourlyPrice.Parse(price), ExchangeRate.Parse(rate), Ladder.At(since), new DateOnly(2026, 3, day), goesOn);
    }

    /// <summary>1,000,000 đồng, a rate from 10:01:00, and the VM <c>a</c> Running from then.</summary>
    private static async Task<BillingCluster> InDong(Action<ClusterSetup>? configure = null)
    {
        var cluster = await BillingCluster.Start(configure);
        cluster.Currency = Currency.Vnd;
        await cluster.TopUp("1000000");
        await cluster.Billing.AddRate("vn", First("first", "25400.5", "10:01:00"));
        await cluster.AdvanceTo(Ladder.At("10:01:00"));
        await cluster.Create("a");
        return cluster;
    }

    /// <summary>The first one, which an operator has looked at.</summary>
    private static AddRate First(string operation, string rate, string from) => Rate(operation, rate, from) with { Confirmed = true, By = "grace" };

    private static AddRate Rate(string operation, string rate, string from) => new(operation, Currency.Vnd, ExchangeRate.Parse(rate), Ladder.At(from));
}
