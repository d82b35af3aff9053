using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Enforcement;

/// <summary>Thirty minutes below zero, and a payment around the last of them (policy 4.6–4.8, 4.13; F15, E4, E5, E11).</summary>
public sealed class DeletionTests
{
    [Fact]
    public async Task F15_E5_a_payment_one_millisecond_before_the_deletion_saves()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.Deletion.AddMilliseconds(-1));
        await cluster.TopUp("5");
        await cluster.AdvanceTo(Ladder.Deletion.AddHours(1));
        Assert.Empty(cluster.Orders(OrderKind.Delete));
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("a"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task F15_P5_a_payment_at_the_instant_of_the_deletion_or_after_it_is_too_late_and_is_kept(int milliseconds)
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.Deletion.AddMilliseconds(-1));
        cluster.Clock.AdvanceTo(Ladder.Deletion.AddMilliseconds(milliseconds));
        await cluster.TopUp("5"); // the rules come before requests (policy 5)
        await cluster.Settle();
        Assert.Equal(Ladder.Deletion, Assert.Single(cluster.Orders(OrderKind.Delete)).At);
        Assert.Equal(VmStatus.Deleted, await cluster.StatusOf("a"));
        Assert.Equal("3.729978", (await cluster.Billing.GetBalance(cluster.Tenant)).Total.ToString()); // 8 less 6052 s
    }

    [Fact]
    public async Task F15_E5_a_payment_that_is_being_written_at_the_instant_of_the_deletion_saves()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await Ladder.Begin(setup => setup.Ledger = ledger.Around);
        await cluster.AdvanceTo(Ladder.Deletion.AddMilliseconds(-1));
        var paying = ledger.HoldNext();
        var payment = cluster.TopUp("5");
        await paying.Arrived;
        cluster.Clock.AdvanceTo(Ladder.Deletion.AddSeconds(1));
        await Task.Delay(100); // the deletion waits behind the write
        paying.Release();
        await payment;
        await cluster.AdvanceTo(Ladder.Deletion.AddHours(1));
        Assert.Empty(cluster.Orders(OrderKind.Delete));
    }

    [Fact]
    public async Task F15_a_deletion_that_is_being_written_is_not_undone_by_the_payment_behind_it()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await Ladder.Begin(setup => setup.Ledger = ledger.Around);
        await cluster.AdvanceTo(Ladder.Deletion.AddMilliseconds(-1));
        var deleting = ledger.HoldNext();
        cluster.Clock.AdvanceTo(Ladder.Deletion);
        await deleting.Arrived;
        var payment = cluster.TopUp("5");
        deleting.Release();
        await payment;
        await cluster.Settle();
        Assert.Equal(OrderState.Confirmed, Assert.Single(cluster.Orders(OrderKind.Delete)).State);
        Assert.Equal(VmStatus.Deleted, await cluster.StatusOf("a"));
    }

    [Fact]
    public async Task P4_7_E4_the_clock_starts_from_nothing_after_a_cure()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.At("11:40:00"));
        var due = await cluster.Billing.GetBalance(cluster.Tenant);
        await cluster.TopUp(due.CuringAmount!.Value.ToString()); // exactly zero is not negative
        Assert.Null((await cluster.Billing.GetBalance(cluster.Tenant)).NegativeSince);
        await cluster.AdvanceTo(Ladder.At("11:42:00"));
        var again = await cluster.Billing.GetBalance(cluster.Tenant);
        Assert.Equal((Ladder.At("11:40:01"), Ladder.At("12:10:01")), (again.NegativeSince, again.DeletionAt));
        await cluster.AdvanceTo(Ladder.At("12:10:01"));
        Assert.Equal(Ladder.At("12:10:01"), Assert.Single(cluster.Orders(OrderKind.Delete)).At);
    }

    [Fact]
    public async Task P4_8_a_locked_vm_is_deleted_all_the_same_and_the_notice_says_so()
    {
        await using var cluster = await Ladder.Begin(topUp: "5.6");
        await cluster.Create("b");
        await cluster.Billing.ChangeVm(cluster.Tenant, "a", new ChangeVm("lock", null, Locked: true, null));
        Assert.Equal(VmRequestResult.Locked, (await cluster.Ask("a", VmRequest.Delete)).Result);
        await cluster.AdvanceTo(Ladder.At("12:00:00"));
        Assert.All(await cluster.Billing.ListVms(cluster.Tenant, withDeleted: true), vm => Assert.Equal(VmStatus.Deleted, vm.Status));
        Assert.Equal("a (locked), b", Assert.Single(await cluster.Notices(NoticeKind.Deleted)).Vms);
        Assert.Equal("a (locked), b", Assert.Single(await cluster.Notices(NoticeKind.BelowZero)).Vms);
    }

    [Fact]
    public async Task E4_E11_a_deletion_is_preceded_by_thirty_minutes_below_zero_and_by_warnings_with_its_exact_instant()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.Deletion.AddMinutes(5));
        var warnings = (await cluster.Notices(NoticeKind.BelowZero)).Concat(await cluster.Notices(NoticeKind.DeletionNear)).ToList();
        Assert.Equal([Ladder.Exhausted, Ladder.At("11:30:52"), Ladder.At("11:35:52")], warnings.Select(notice => notice.At));
        Assert.All(warnings, notice => Assert.Equal(Ladder.Deletion, notice.DeletionAt));
        var order = Assert.Single(cluster.Orders(OrderKind.Delete));
        Assert.Equal(TimeSpan.FromMinutes(30), order.At - Ladder.Exhausted);
        Assert.All((await cluster.Entries()).Where(entry => entry.At >= Ladder.Exhausted && entry.At < order.At), entry => Assert.True(entry.BalanceAfter.Micros < 0));
    }
}
