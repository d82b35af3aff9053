using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Cluster.Tests.Time;

/// <summary>Ticks that are missed, doubled or late change nothing but latency (C3, F12; policy 3.9, 5).</summary>
public sealed class TickTests
{
    private static readonly string[] FiveQuarters =
        ["10:15:00 -0.635000 900s", "10:30:00 -0.635000 900s", "10:45:00 -0.635000 900s", "11:00:00 -0.635000 900s", "11:15:00 -0.635000 900s"];

    [Theory]
    [InlineData("11:16:00")]
    [InlineData("10:15:30", "11:29:59")]
    [InlineData("10:14:59", "10:31:17", "10:44:59", "11:20:00")]
    [InlineData("10:15:00", "10:30:00", "10:45:00", "11:00:00", "11:15:00", "11:16:00")]
    public async Task C3_F12_whatever_leaps_the_clock_makes_the_same_charges_are_cut_at_the_same_instants(params string[] leaps)
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        foreach (var leap in leaps)
        {
            cluster.Clock.AdvanceTo(Ladder.At(leap));
            await cluster.Settle();
        }
        await cluster.Vm("a").Wake();
        Assert.Equal(FiveQuarters, await cluster.Charges("a"));
    }

    [Theory]
    [InlineData("10:15:00")]
    [InlineData("10:30:00")]
    [InlineData("10:37:21")]
    public async Task C3_F12_a_tick_that_comes_twenty_times_charges_once(string at)
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        cluster.Clock.AdvanceTo(Ladder.At(at));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.Vm("a").Wake()));
        await cluster.Settle();
        Assert.Equal(FiveQuarters.TakeWhile(charge => string.CompareOrdinal(charge[..8], at) <= 0), await cluster.Charges("a"));
    }

    [Fact]
    public async Task C3_M4_ticks_at_any_other_moment_neither_charge_nor_move_what_is_due()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        for (var at = Ladder.Start.AddSeconds(37); at < Ladder.At("11:15:30"); at += TimeSpan.FromSeconds(173))
        {
            await cluster.AdvanceTo(at);
            await cluster.Vm("a").Wake();
        }
        await cluster.AdvanceTo(Ladder.At("11:15:30"));
        Assert.Equal(FiveQuarters, await cluster.Charges("a"));
    }

    [Fact]
    public async Task F12_E1_a_leap_over_exhaustion_settles_and_stops_as_of_the_projected_instant()
    {
        await using var cluster = await Ladder.Begin();
        cluster.Clock.AdvanceTo(Ladder.At("11:12:00"));
        await cluster.Settle();
        Assert.Equal(FiveQuarters.Take(4).Append("11:10:52 -0.460022 652s"), await cluster.Charges("a"));
        Assert.Equal(Ladder.Exhausted, Assert.Single(cluster.Orders(OrderKind.Stop)).At);
        var balance = await cluster.Billing.GetBalance(cluster.Tenant);
        Assert.Equal((Ladder.Exhausted, Ladder.Deletion), (balance.NegativeSince, balance.DeletionAt));
        Assert.Equal(Ladder.Low, Assert.Single(await cluster.Notices(NoticeKind.Low)).At);
    }

    [Fact]
    public async Task C2_a_platform_whose_clock_is_ahead_is_taken_to_mean_now()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:40:00"));
        var late = new Contracts.Vms.StatusReport(Ladder.At("10:45:00"), Domain.Vms.VmStatus.Stopped); // the platform's clock is ahead
        await cluster.Vm("a").Report(late);
        await cluster.AdvanceTo(Ladder.At("11:15:30"));
        Assert.Equal(FiveQuarters, await cluster.Charges("a"));
        Assert.Equal(Ladder.At("10:40:00"), (await cluster.Vm("a").History())[^1].At);
    }
}
