using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Cluster.Tests.Time;

/// <summary>What is due after an outage is more than one commit can bear: it is written in parts, and nothing else comes of it (C5).</summary>
public sealed class CatchUpTests
{
    [Fact]
    public async Task C5_M13_a_long_outage_is_caught_up_with_in_parts_also_when_one_is_refused_and_the_answer_to_one_is_lost()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await Ladder.Begin(Few(3, setup => setup.Ledger = ledger.Around), topUp: "40");
        ledger.BeforeNext(store => store.AddPrice("vn", new AddPrice("later", "1xH100", HourlyPrice.Parse("5"), Ladder.At("20:00:00"))));
        ledger.BeforeNext(_ => Task.CompletedTask);
        ledger.LoseNextAnswer();
        cluster.Clock.AdvanceTo(Ladder.At("16:00:01"));
        var reply = await cluster.TopUp("2", "op");
        await cluster.Settle();

        var charges = await cluster.Charges("a");
        Assert.Equal(Enumerable.Range(1, 24).Select(number => $"{Ladder.Start.AddMinutes(15 * number):HH:mm:ss} -0.635000 900s"), charges);
        Assert.Equal(26, (await cluster.Entries()).Length);
        Assert.Equal(26, reply.EntryNumber); // the top-up came when all that had been due was done
        Assert.InRange(MostInOneCommit(cluster), 1, 4); // one charge more, or the top-up, with what is due at the last instant
    }

    [Fact]
    public async Task P4_4_P4_10_an_exhaustion_that_is_found_on_the_way_stops_at_its_instant_and_deletes_no_sooner()
    {
        await using var cluster = await Ladder.Begin(Few(1));
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        cluster.Clock.AdvanceTo(Ladder.At("13:00:01"));
        await cluster.Settle();
        var balance = await cluster.Billing.GetBalance(cluster.Tenant);
        Assert.Equal((Ladder.Exhausted, Ladder.At("13:05:01")), (balance.NegativeSince, balance.DeletionAt));
        Assert.Equal(Ladder.Exhausted, Assert.Single(cluster.Orders(OrderKind.Stop)).At);
        Assert.Empty(cluster.Orders(OrderKind.Delete));
        Assert.Single(await cluster.Notices(NoticeKind.BelowZero));
        Assert.InRange(MostInOneCommit(cluster), 1, 2);

        await cluster.AdvanceTo(Ladder.At("13:05:01"));
        Assert.Equal(Ladder.At("13:05:01"), Assert.Single(cluster.Orders(OrderKind.Delete)).At);
    }

    private static Action<ClusterSetup> Few(int entries, Action<ClusterSetup>? configure = null) => setup =>
    {
        var billing = setup.Billing;
        setup.Billing = options =>
        {
            billing(options);
            options.MostEntriesAtOnce = entries;
        };
        configure?.Invoke(setup);
    };

    private static int MostInOneCommit(BillingCluster cluster) =>
        cluster.Database.Query($"SELECT count(*) FROM ledger_entry WHERE {TestDatabase.Of(cluster.Tenant)} GROUP BY version", row => row.GetInt32(0)).Max();
}
