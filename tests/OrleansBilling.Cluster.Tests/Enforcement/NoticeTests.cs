using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Enforcement;

/// <summary>One notice a crossing, armed again on recovery (policy 4.3; E11).</summary>
public sealed class NoticeTests
{
    [Fact]
    public async Task E11_P4_3_the_ladder_tells_everything_once_however_often_it_is_looked_at()
    {
        await using var cluster = await Ladder.Begin();
        cluster.AfterStep = async () =>
        {
            await cluster.Balance.Wake();
            await cluster.Vm("a").Wake();
            await cluster.Cluster.DeactivateAsync(cluster.Balance);
        };
        await cluster.AdvanceTo(Ladder.Deletion.AddMinutes(30));
        var told = (await cluster.Billing.GetNotices(cluster.Tenant, limit: 500)).Reverse().Select(notice => $"{notice.At:HH:mm:ss} {notice.Kind}");
        Assert.Equal(
            [
                "10:00:00 Paid", "10:00:00 Runway", "10:10:52 Low", "10:10:52 Runway", "10:55:52 Runway", "11:10:52 BelowZero", "11:10:52 Stopped",
                "11:30:52 DeletionNear", "11:35:52 DeletionNear", "11:40:52 Deleted",
            ],
            told);
    }

    [Fact]
    public async Task E11_P4_3_low_is_told_again_at_the_next_crossing_after_a_recovery()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.At("10:20:00"));
        await cluster.TopUp("1");
        await cluster.AdvanceTo(Ladder.At("10:50:00"));
        var low = await cluster.Notices(NoticeKind.Low);
        Assert.Equal([Ladder.Low, Ladder.At("10:34:30")], low.Select(notice => notice.At)); // 4.00: 2070 s above 2.54
        Assert.All(low, notice => Assert.Equal(Amount.Parse("2.54"), notice.Need));
    }

    [Fact]
    public async Task E11_P4_7_a_second_stretch_below_zero_has_warnings_of_its_own()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.At("11:38:00"));
        await cluster.TopUp("1.2");
        await cluster.AdvanceTo(Ladder.At("12:30:00"));
        Assert.Equal(2, (await cluster.Notices(NoticeKind.BelowZero)).Length);
        Assert.Single(await cluster.Notices(NoticeKind.Cured));
        Assert.Equal(4, (await cluster.Notices(NoticeKind.DeletionNear)).Length);
    }

    [Fact]
    public async Task P4_3_the_tenants_own_threshold_is_told_once_and_at_its_instant()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        await cluster.Billing.Watch(cluster.Tenant, new WatchBalance("watch-1", Amount.Parse("8"), ["x@example.com"]));
        await cluster.AdvanceTo(Ladder.At("11:00:00"));
        await cluster.TopUp("0.01"); // it is looked at again, and still below
        await cluster.AdvanceTo(Ladder.At("11:30:00"));
        var told = Assert.Single(await cluster.Notices(NoticeKind.OwnThreshold));
        Assert.Equal((Ladder.At("10:47:15"), Amount.Parse("7.999750")), (told.At, told.Amount)); // 2835 s cost 2.00025
        await Assert.ThrowsAsync<ArgumentException>(() => cluster.Billing.Watch(cluster.Tenant, new WatchBalance("watch-2", null, ["1", "2", "3", "4", "5", "6"])));
    }

    [Fact]
    public async Task P4_3_time_left_is_told_at_six_hours_one_hour_and_a_quarter()
    {
        await using var cluster = await Ladder.Begin(topUp: "17.78"); // seven hours
        await cluster.AdvanceTo(Ladder.At("17:00:00"));
        Assert.Equal(
            [Ladder.At("10:00:00"), Ladder.At("11:00:01"), Ladder.At("16:00:01"), Ladder.At("16:45:01")],
            (await cluster.Notices(NoticeKind.Runway)).Select(notice => notice.At));
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
    }
}
