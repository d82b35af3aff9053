using OrleansBilling.Cluster.Tests.Once;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Cluster.Tests.Time;

/// <summary>What has an exact instant happens at it, with no call made by anybody (E1; policy 4.5). Looked at in the ledger alone.</summary>
public sealed class ProjectedInstantTests
{
    [Fact]
    public async Task E1_low_stop_warnings_and_deletion_come_at_their_exact_instants_by_themselves()
    {
        await using var cluster = await Ladder.Begin();
        await Told(cluster, Ladder.Low, NoticeKind.Low);
        await Told(cluster, Ladder.At("10:55:52"), NoticeKind.Runway); // 15 minutes left
        await Told(cluster, Ladder.Exhausted, NoticeKind.Stopped);
        Assert.Equal(Ladder.Exhausted, Assert.Single(cluster.Orders(OrderKind.Stop)).At);
        Assert.Equal(Ladder.Exhausted, await RecordedAt(cluster, "11:10:52"));
        await Told(cluster, Ladder.At("11:30:52"), NoticeKind.DeletionNear);
        await Told(cluster, Ladder.At("11:35:52"), NoticeKind.DeletionNear);
        await Told(cluster, Ladder.Deletion, NoticeKind.Deleted);
        Assert.Equal(Ladder.Deletion, Assert.Single(cluster.Orders(OrderKind.Delete)).At);
        Assert.Equal(Ladder.Deletion, await RecordedAt(cluster, "11:40:52"));
    }

    [Fact]
    public async Task E1_P2_6_credit_that_ends_exhausts_at_its_end_by_itself()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("v", "50") with { Expires = Ladder.At("10:05:00") });
        await cluster.Create("a");
        cluster.Clock.AdvanceTo(Ladder.At("10:05:00"));
        await Eventually.Holds(() => cluster.Orders(OrderKind.Stop).Count == 1, "the stop is ordered");
        Assert.Equal((Ladder.At("10:05:00"), 0), (cluster.Orders(OrderKind.Stop)[0].At, cluster.Orders(OrderKind.Stop)[0].LiveMicros));
        Assert.Equal(Ladder.At("10:05:00"), await RecordedAt(cluster, "10:05:00"));
    }

    [Fact]
    public async Task E1_P3_7_a_price_that_was_raised_meanwhile_brings_the_stop_forward_by_itself()
    {
        await using var cluster = await Ladder.Begin(Ladder.Sweeping);
        await cluster.Billing.AddPrice("vn", new AddPrice("p", "1xH100", HourlyPrice.Parse("36"), Ladder.At("10:02:00")));
        // 120 s at 2.54 = 0.084666; the rest of 3.00 lasts 291.53… s at 0.01 a second.
        foreach (var at in new[] { "10:02:00", "10:06:52" })
        {
            await CloseTo(cluster, Ladder.At(at));
            cluster.Clock.AdvanceTo(Ladder.At(at));
        }
        await Eventually.Holds(() => cluster.Orders(OrderKind.Stop).Count == 1, "the stop is ordered");
        Assert.Equal(Ladder.At("10:06:52"), cluster.Orders(OrderKind.Stop)[0].At);
        Assert.Equal(Ladder.At("10:06:52"), await RecordedAt(cluster, "10:06:52"));
    }

    /// <summary>Moves the clock to the instant and no further, and waits until the ledger has the notice of it.</summary>
    private static async Task Told(BillingCluster cluster, DateTimeOffset at, NoticeKind kind)
    {
        await CloseTo(cluster, at);
        cluster.Clock.AdvanceTo(at);
        await Eventually.Holds(
            async () => (await cluster.Ledger.Notices(cluster.Tenant, null, 500)).Any(notice => notice.Kind == kind && notice.At == at), $"{kind} is told at {at:HH:mm:ss}");
    }

    /// <summary>
    /// A second before the instant, where its very timer is armed: the one of a far instant goes off a little earlier and looks again.
    /// </summary>
    private static async Task CloseTo(BillingCluster cluster, DateTimeOffset at)
    {
        cluster.Clock.AdvanceTo(at - TimeSpan.FromSeconds(1));
        await cluster.Clock.WaitUntilArmedAsync(at);
    }

    private static async Task<DateTimeOffset> RecordedAt(BillingCluster cluster, string charge) =>
        (await cluster.Ledger.EntriesSince(cluster.Tenant, 0, long.MaxValue)).Single(entry => entry.Vm is not null && entry.At == Ladder.At(charge)).RecordedAt;
}
