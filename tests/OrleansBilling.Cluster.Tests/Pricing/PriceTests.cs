using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Cluster.Tests.Pricing;

/// <summary>Prices come ahead of time and their past never changes (policy 3.7).</summary>
public sealed class PriceTests
{
    [Theory]
    [InlineData("09:00:00")]
    [InlineData("10:00:00")]
    [InlineData("10:00:59")]
    public async Task P3_7_a_price_that_is_entered_less_than_a_minute_ahead_is_refused(string from)
    {
        await using var cluster = await BillingCluster.Start();
        Assert.Equal(new PriceReply(PriceResult.TooSoon, 0), await cluster.Billing.AddPrice("vn", Price("p", "3.60", from)));
        Assert.Single((await cluster.Billing.GetPackages("vn"))[0].Versions);
    }

    [Fact]
    public async Task P3_7_a_price_and_a_rate_whose_silo_stood_still_until_they_were_past_are_refused()
    {
        var (faulty, price, rate) = (new FaultyLedger(), new Held(), new Held());
        ILedgerStore real = null!;
        await using var cluster = await Ladder.Begin(setup => setup.Ledger = store => faulty.Around(real = store), topUp: "100");
        faulty.Instead = (name, args) => name switch
        {
            nameof(ILedgerStore.AddPrice) => Late(price, () => real.AddPrice("vn", (AddPrice)args[1]!, (Func<bool>?)args[2])),
            nameof(ILedgerStore.AddRate) => Late(rate, () => real.AddRate("vn", (AddRate)args[1]!, (Func<bool>?)args[2])),
            _ => null,
        };
        var adding = cluster.Billing.AddPrice("vn", Price("p", "5.08", "10:02:00"));
        await price.Arrived;
        price.Release();
        Assert.Equal(PriceResult.Entered, (await adding).Result); // it stood still for no time

        price = new Held();
        var revision = (await cluster.Ledger.Rules("vn")).Revision;
        adding = cluster.Billing.AddPrice("vn", Price("q", "10.16", "10:03:00"));
        await price.Arrived;
        await cluster.AdvanceTo(Ladder.At("10:20:00"));
        price.Release();
        Assert.Equal(new PriceReply(PriceResult.TooSoon, 0), await adding);

        var converting = cluster.Billing.AddRate("vn", new AddRate("r", Currency.Vnd, ExchangeRate.Parse("25400"), Ladder.At("10:22:00"), Confirmed: true));
        await rate.Arrived;
        await cluster.AdvanceTo(Ladder.At("10:40:00"));
        rate.Release();
        Assert.Equal(new RateReply(RateResult.TooSoon, 0), await converting);
        Assert.Equal(revision, (await cluster.Ledger.Rules("vn")).Revision);

        static async Task<T> Late<T>(Held held, Func<Task<T>> enter)
        {
            held.Arrive();
            await held.Released;
            return await enter();
        }
    }

    [Fact]
    public async Task M5_P3_7_a_price_is_entered_once_and_also_known_again_after_its_instant()
    {
        await using var cluster = await BillingCluster.Start();
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.Billing.AddPrice("vn", Price("p", "3.60", "10:01:00") with { By = "grace" })));
        Assert.All(replies, reply => Assert.Equal(new PriceReply(PriceResult.Entered, 2), reply));
        await cluster.AdvanceTo(Ladder.At("10:30:00"));
        Assert.Equal(new PriceReply(PriceResult.Entered, 2), await cluster.Billing.AddPrice("vn", Price("p", "3.60", "10:01:00")));
        Assert.Equal(PriceResult.OperationReused, (await cluster.Billing.AddPrice("vn", Price("p", "4", "11:00:00"))).Result);
        Assert.Equal(PriceResult.InstantTaken, (await cluster.Billing.AddPrice("vn", Price("q", "4", "10:01:00"))).Result);
        Assert.Equal(PriceResult.UnknownPackage, (await cluster.Billing.AddPrice("vn", Price("q", "4", "11:00:00") with { Package = "none" })).Result);
        Assert.Equal(["", "grace"], (await cluster.Billing.GetPackages("vn"))[0].Versions.Select(version => version.By)); // the first is of the settings
    }

    [Fact]
    public async Task E1_an_instant_at_which_nothing_changes_is_done_once_it_was_looked_at_and_hides_nothing_overdue()
    {
        await using var cluster = await Ladder.Begin(topUp: "100");
        await cluster.Billing.AddPrice("vn", Price("p", "2.55", "10:05:00")); // crosses no level of so much credit
        await cluster.Balance.Wake();

        await cluster.AdvanceTo(Ladder.At("10:06:00"));

        Assert.Empty(await cluster.Ledger.OverdueBalances(cluster.Clock.Now, null, 10));
    }

    [Fact]
    public async Task P3_7_a_price_counts_from_its_very_second_for_meter_charge_and_live_balance()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await cluster.Billing.AddPrice("vn", Price("p", "3.60", "10:10:00"));
        await cluster.AdvanceTo(Ladder.At("10:10:00"));
        Assert.Equal(Amount.Parse("9.576667"), (await cluster.Billing.GetBalance(cluster.Tenant)).Live);
        await cluster.AdvanceTo(Ladder.At("10:10:01"));
        Assert.Equal(Amount.Parse("9.575667"), (await cluster.Billing.GetBalance(cluster.Tenant)).Live);
        await cluster.AdvanceTo(Ladder.At("10:15:01"));

        var charge = (await cluster.Entries())[^1];
        Assert.Equal((Ladder.At("10:15:00"), Amount.Parse("-0.723333")), (charge.At, charge.Change)); // example 4 of the policy
        Assert.Equal([(1, 600L), (2, 300L)], charge.Vm!.Priced.Select(part => (part.PriceVersion, part.Seconds)));
        var vm = (await cluster.Billing.FindVm(cluster.Tenant, "a"))!;
        Assert.Equal((901L, Amount.Parse("0.724333"), HourlyPrice.Parse("3.60")), (vm.Seconds, vm.Cost, vm.PricePerHour));
    }

    [Fact]
    public async Task P3_7_a_price_that_is_entered_during_quarter_hours_that_are_charged_late_counts_in_them_all_the_same()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        await cluster.Billing.AddPrice("vn", Price("p", "3.60", "10:10:00"));
        cluster.Clock.AdvanceTo(Ladder.At("10:40:00"));
        await cluster.Settle();
        Assert.Equal(["10:15:00 -0.723333 900s", "10:30:00 -0.900000 900s"], await cluster.Charges("a"));
    }

    [Fact]
    public async Task P3_7_a_silo_that_would_list_the_prices_there_are_in_another_currency_does_not_start()
    {
        var currency = "USD";
        await using var cluster = await BillingCluster.Start(setup =>
        {
            var billing = setup.Billing;
            setup.Billing = options =>
            {
                billing(options);
                options.Regions["vn"].Currency = currency;
            };
        });

        currency = "VND";

        var refused = await Assert.ThrowsAsync<ListCurrencyException>(() => cluster.Cluster.StartAdditionalSiloAsync());
        Assert.Contains("Regions:vn:Currency", refused.Message, StringComparison.Ordinal);
    }

    private static AddPrice Price(string operation, string perHour, string from) => new(operation, "1xH100", HourlyPrice.Parse(perHour), Ladder.At(from));
}
