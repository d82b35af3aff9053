using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Enforcement;

/// <summary>An operator holds stopping or deletion, for a tenant or a region, with a reason and an end (policy 4.11).</summary>
public sealed class HoldTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task P4_11_a_held_stop_comes_at_the_end_of_the_hold(bool region)
    {
        await using var cluster = await Ladder.Begin();
        await Place(cluster, region, HeldActions.Stopping, "11:20:00");
        await cluster.AdvanceTo(Ladder.At("11:19:59"));
        Assert.Empty(cluster.Orders(OrderKind.Stop));
        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));
        var view = await cluster.Billing.GetBalance(cluster.Tenant);
        Assert.Equal(("incident", region), (Assert.Single(view.Holds).Reason, view.Holds[0].WholeRegion));
        await cluster.AdvanceTo(Ladder.At("11:20:00"));
        Assert.Equal(Ladder.At("11:20:00"), Assert.Single(cluster.Orders(OrderKind.Stop)).At);
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
    }

    [Fact]
    public async Task P4_11_a_hold_of_the_tenant_that_is_released_lets_the_stop_come_at_once()
    {
        await using var cluster = await Ladder.Begin();
        await Place(cluster, region: false, HeldActions.Stopping, "20:00:00");
        await cluster.AdvanceTo(Ladder.At("11:12:00"));
        Assert.True(await cluster.Billing.Release(cluster.Tenant, "h"));
        Assert.False(await cluster.Billing.Release(cluster.Tenant, "h"));
        await cluster.Settle();
        Assert.Equal(Ladder.At("11:12:00"), Assert.Single(cluster.Orders(OrderKind.Stop)).At);
    }

    [Fact]
    public async Task P4_11_E1_a_hold_of_the_region_that_is_released_lets_the_stop_come_without_any_call_to_the_balance()
    {
        await using var cluster = await Ladder.Begin(Ladder.Sweeping);
        await Place(cluster, region: true, HeldActions.Stopping, "20:00:00");
        await cluster.AdvanceTo(Ladder.At("11:12:00"));
        Assert.True(await cluster.Billing.ReleaseRegion("vn", "h"));
        await Eventually.Holds(() => cluster.Orders(OrderKind.Stop).Count == 1, "the stop is ordered");
        Assert.Equal(Ladder.At("11:12:00"), cluster.Orders(OrderKind.Stop)[0].At);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task P4_11_a_held_deletion_waits_for_the_end_of_the_hold_and_warns_again_before(bool region)
    {
        await using var cluster = await Ladder.Begin();
        await Place(cluster, region, HeldActions.Deletion, "12:00:00");
        await cluster.AdvanceTo(Ladder.At("11:59:59"));
        Assert.Empty(cluster.Orders(OrderKind.Delete));
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
        var view = await cluster.Billing.GetBalance(cluster.Tenant);
        Assert.Equal((null, Ladder.At("12:00:00"), "incident"), (view.DeletionAt, view.DeletionHeldUntil!.Value, view.DeletionHeldBecause));
        var told = Assert.Single(await cluster.Notices(NoticeKind.BelowZero));
        Assert.Matches("held until 2 Mar 2026, ..:00:00 .*at the latest \\(incident\\)\\.", told.Text);
        var operators = Assert.Single(await cluster.Billing.GetDeletionsDue("vn"));
        Assert.Equal((null, HeldActions.Deletion), (operators.DeletionAt, operators.Held));
        Assert.Empty(await cluster.Notices(NoticeKind.DeletionNear));

        await cluster.Cluster.DeactivateAsync(cluster.Balance); // that it was held is stored
        await cluster.AdvanceTo(Ladder.At("12:09:59"));
        Assert.Empty(cluster.Orders(OrderKind.Delete));
        Assert.Equal(Ladder.At("12:10:00"), (await cluster.Billing.GetBalance(cluster.Tenant)).DeletionAt);
        await cluster.AdvanceTo(Ladder.At("12:10:00"));
        Assert.Equal(Ladder.At("12:10:00"), Assert.Single(cluster.Orders(OrderKind.Delete)).At);
        Assert.Equal([Ladder.At("12:10:00"), Ladder.At("12:10:00")], (await cluster.Notices(NoticeKind.DeletionNear)).Select(notice => notice.DeletionAt!.Value));
    }

    [Fact]
    public async Task P4_11_C2_a_hold_of_the_region_holds_when_it_is_answered_also_where_a_trusted_clock_is_behind_the_one_that_placed_it()
    {
        await using var cluster = await BillingCluster.Start();
        await Place(cluster, region: true, HeldActions.Deletion, "12:00:00");
        var behind = cluster.Clock.Now - 2 * IClockReferee.Tolerance; // the one is so far ahead, the other so far behind
        Assert.True(Assert.Single((await cluster.Ledger.Rules("vn")).Holds).Holds(HeldActions.Deletion, behind));
    }

    [Fact]
    public async Task P4_11_a_payment_under_a_held_deletion_saves()
    {
        await using var cluster = await Ladder.Begin();
        await Place(cluster, region: true, HeldActions.Deletion, "12:00:00");
        await cluster.AdvanceTo(Ladder.At("11:55:00"));
        await cluster.TopUp("10");
        await cluster.AdvanceTo(Ladder.At("12:30:00"));
        Assert.Empty(cluster.Orders(OrderKind.Delete));
    }

    [Fact]
    public async Task P1_1_P4_11_a_hold_of_one_tenant_or_region_holds_nobody_else()
    {
        await using var cluster = await BillingCluster.Start(setup =>
        {
            var billing = setup.Billing;
            setup.Billing = options =>
            {
                billing(options);
                options.Regions["jp"] = new Grains.Pricing.RegionOptions { Packages = { ["1xH100"] = new Grains.Pricing.PackageOptions { PricePerHour = "2.54" } } };
            };
        });
        foreach (var tenant in new Contracts.BalanceId[] { new("vn", "t1"), new("vn", "t2"), new("jp", "t1") })
        {
            cluster.Tenant = tenant;
            await cluster.TopUp("3");
            await cluster.Create("a");
        }
        await cluster.Billing.Hold(new("vn", "t1"), Hold(HeldActions.Stopping, "20:00:00"));
        await cluster.AdvanceTo(Ladder.Exhausted.AddSeconds(5));
        foreach (var (region, tenant, status) in new[] { ("vn", "t1", VmStatus.Running), ("vn", "t2", VmStatus.Stopped), ("jp", "t1", VmStatus.Stopped) })
        {
            cluster.Tenant = new(region, tenant);
            await cluster.Settle();
            Assert.Equal(status, await cluster.StatusOf("a"));
        }
    }

    private static PlaceHold Hold(HeldActions actions, string until) => new("h", actions, "incident", "operator", Ladder.At(until));

    private static Task Place(BillingCluster cluster, bool region, HeldActions actions, string until) =>
        region ? cluster.Billing.HoldRegion("vn", Hold(actions, until)) : cluster.Billing.Hold(cluster.Tenant, Hold(actions, until));
}
