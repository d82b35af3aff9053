using System.Text.Json.Nodes;
using OrleansBilling.Cluster.Tests.Fencing;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Verification;

namespace OrleansBilling.Cluster.Tests.Pricing;

/// <summary>A rate a minute: a VM's row keeps few of them, and what becomes known of the others is read from the ledger (policy 3.7, 3.9).</summary>
public sealed class ManyRatesTests
{
    private const int Minutes = 40;

    [Fact]
    public async Task P3_9_M4_M6_a_report_of_a_time_whose_rates_are_folded_is_corrected_at_these_rates_and_all_verifies()
    {
        var (ledger, asked) = (new FaultyLedger(), 0);
        ledger.Instead = (question, _) =>
        {
            if (question == nameof(ILedgerStore.ChargedTo)) Interlocked.Increment(ref asked);
            return null;
        };
        await using var cluster = await Begin(setup => setup.Ledger = ledger.Around);
        await cluster.AdvanceTo(Ladder.At("10:17:00"));
        Assert.Equal((8, 8), Parts(cluster)); // seven and the sum of the others, in what was posted and in the reading
        Assert.Empty((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);

        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:14:30"), VmStatus.Error)); // of a time that is kept
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:17:00"), VmStatus.Running));
        await cluster.Settle();
        Assert.Equal(0, asked);
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:03:30"), VmStatus.Error)); // of one that is not
        await cluster.Settle();
        Assert.Equal(1, asked);
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:05:00"), VmStatus.Stopped));
        await cluster.AdvanceTo(Ladder.At("10:35:00"));

        var seconds = (await cluster.Entries()).Where(entry => entry.Vm is not null).SelectMany(entry => entry.Vm!.Priced)
            .GroupBy(part => part.RateVersion!.Value).Select(rate => (rate.Key, Seconds: rate.Sum(part => part.Seconds))).Where(rate => rate.Seconds != 0).Order();
        Assert.Equal(
            Enumerable.Range(1, 30).Select(minute => (minute, minute switch { 3 => 30L, 4 => 0, 14 => 30, 15 or 16 => 0, _ => 60 })).Where(minute => minute.Item2 > 0),
            seconds);
        Assert.True((await cluster.Ledger.Load(cluster.Tenant)).Balance.Vms["a"].Posted.Usage.Priced.Length <= Usage.MostPrices);
        Assert.Null(await EntryChain.FirstBroken(cluster.Ledger, cluster.Database, cluster.Tenant));
        Assert.Empty((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);
    }

    [Fact]
    public async Task P3_6_a_row_that_was_written_before_anything_was_folded_is_read_and_folded_with_its_next_charge()
    {
        await using var cluster = await Begin();
        await cluster.AdvanceTo(Ladder.At("10:17:00"));
        var charged = (await cluster.Ledger.ChargedTo(cluster.Tenant, "a")).Priced;
        var all = string.Join(',', charged.Select(part => $"[{part.Version},{part.Price.MicrosPerHour},{part.Seconds},{part.RateVersion},{part.Rate.Picos}]"));
        await cluster.Cluster.DeactivateAsync(cluster.Balance);
        Assert.Equal(1, cluster.Database.Force($"UPDATE metered_vm SET posted_priced = '[{all}]', priced = '[]', time_ms = 0, through_ms = first_running_ms"));
        Assert.Equal((15, 0), Parts(cluster));

        await cluster.AdvanceTo(Ladder.At("10:32:00"));
        Assert.Equal((8, 8), Parts(cluster));
        Assert.Equal(30 * 60, (await cluster.Entries()).Sum(entry => entry.Vm?.Seconds ?? 0));
        Assert.Empty((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);
    }

    [Theory]
    [InlineData("posted_priced", 0, 1)] // of the sum: at which prices
    [InlineData("posted_priced", 0, 3)] // what it costs
    [InlineData("priced", 0, 1)]
    [InlineData("priced", 0, 3)]
    [InlineData("posted_priced", 1, 3)] // of one that is kept: its rate
    public async Task F21_what_is_folded_is_verified_too(string column, int part, int number)
    {
        await using var cluster = await Begin();
        await cluster.AdvanceTo(Ladder.At("10:17:00"));
        var priced = JsonNode.Parse(Text(cluster, column))!;
        priced[part]![number] = (long)priced[part]![number]! + 1;
        Assert.Equal(1, cluster.Database.Force($"UPDATE metered_vm SET {column} = '{priced.ToJsonString()}'"));
        Assert.Equal(column == "priced" ? "M6" : "M4", Assert.Single((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found).Invariant);
    }

    private static (int Posted, int Read) Parts(BillingCluster cluster) =>
        (JsonNode.Parse(Text(cluster, "posted_priced"))!.AsArray().Count, JsonNode.Parse(Text(cluster, "priced"))!.AsArray().Count);

    private static string Text(BillingCluster cluster, string column) => Assert.Single(cluster.Database.Query($"SELECT {column} FROM metered_vm", row => row.GetString(0)));

    /// <summary>The VM <c>a</c> Running from 10:01:00, and a rate from each minute on.</summary>
    private static async Task<BillingCluster> Begin(Action<ClusterSetup>? configure = null)
    {
        var cluster = await BillingCluster.Start(setup =>
        {
            setup.OnDisk = true;
            configure?.Invoke(setup);
        });
        cluster.Currency = Currency.Vnd;
        await cluster.TopUp("1000000");
        for (var minute = 1; minute <= Minutes; minute++)
        {
            var rate = new AddRate($"r{minute}", Currency.Vnd, ExchangeRate.Parse($"{25_000 + minute * 17 % 41}.123456789"), Ladder.At("10:00:00").AddMinutes(minute)) { Confirmed = true, By = "grace" };
            Assert.Equal(RateResult.Entered, (await cluster.Billing.AddRate("vn", rate)).Result);
        }
        await cluster.AdvanceTo(Ladder.At("10:01:00"));
        await cluster.Create("a");
        return cluster;
    }
}
