using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>When the live balance reaches zero, the VMs are stopped (policy 4.4, 4.5; E1, E3).</summary>
public sealed class Exhaustion
{
    private readonly Tenant tenant = new();

    private void RunOut()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
        tenant.Advance("11:10:52");
    }

    [Fact]
    public void Policy_4_5_At_the_projected_instant_usage_is_settled_and_the_stop_is_ordered()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
        Assert.Equal(Tenant.At("11:10:52"), Projection.Exhaustion(tenant.Balance, tenant.Rules));

        tenant.Live("11:10:52");

        Assert.Equal((652L, "-0.000022"), (tenant.Entries.Last().Vm!.Seconds, tenant.Entries.Last().BalanceAfter.ToString()));
        Assert.Equal(["a 11:10:52"], tenant.Ordered(OrderKind.Stop));
        Assert.Equal(["11:10:52"], tenant.Told(NoticeKind.Stopped));
    }

    [Fact]
    public void C3_It_happens_at_its_instant_however_late_it_is_looked_at()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");

        tenant.Advance("11:30:00");

        Assert.Equal(["a 11:10:52"], tenant.Ordered(OrderKind.Stop));
        Assert.Equal(Tenant.At("11:10:52"), tenant.Standing.NegativeSince);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Policy_4_5_As_a_setting_the_stop_waits_for_the_next_charge_while_the_clock_below_zero_runs(bool lookedAtOften)
    {
        var patient = new Tenant(new BillingPolicy { StopOnlyAtCharges = true });
        patient.TopUp("10:00:00", "3");
        patient.Run("10:00:00", "a");

        if (lookedAtOften) patient.Live("11:16:00");
        else patient.Advance("11:16:00");

        Assert.Equal(["a 11:15:00"], patient.Ordered(OrderKind.Stop));
        Assert.Equal(900, patient.Entries.Last().Vm!.Seconds);
        Assert.Equal(Tenant.At("11:10:52"), patient.Standing.NegativeSince);
    }

    [Fact]
    public void E3_The_order_names_its_episode_and_the_ledger_number_that_justifies_it()
    {
        RunOut();

        var order = tenant.OrderFor("a", OrderKind.Stop)!;

        Assert.Equal((new Episode(1, 1), tenant.Balance.EntryCount, "-0.000022", OrderState.Open), (order.Episode, order.EntryNumber, order.Live.ToString(), order.State));
    }

    [Fact]
    public void Policy_4_4_A_stopped_VM_is_billed_in_full_and_not_ordered_again()
    {
        RunOut();
        tenant.Begin("11:10:52", tenant.OrderFor("a", OrderKind.Stop)!);
        tenant.Become("11:10:52", "a", VmStatus.Stopping);
        tenant.Become("11:10:52", "a", VmStatus.Stopped);

        tenant.Live("11:30:00");

        Assert.Single(tenant.Ordered(OrderKind.Stop));
        Assert.Equal("-0.810000", tenant.Balance.Total.ToString());
        Assert.Empty(tenant.Balance.Orders);
        Assert.True(tenant.Balance.Vms["a"].StoppedAutomatically);
    }

    [Theory]
    [InlineData(VmStatus.Rebooting)]
    [InlineData(VmStatus.Starting)]
    public void Policy_4_5_A_VM_on_its_way_to_Running_is_ordered_too_and_stops_when_it_gets_there(VmStatus status)
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
        tenant.Become("10:20:00", "a", status);

        tenant.Charge("10:21:00", "3");
        Assert.Equal(["a 10:21:00"], tenant.Ordered(OrderKind.Stop));

        tenant.Become("10:22:00", "a", VmStatus.Running);
        Assert.NotNull(tenant.Begin("10:22:00", tenant.OrderFor("a", OrderKind.Stop)!));
        Assert.Single(tenant.Ordered(OrderKind.Stop));
    }

    [Theory]
    [InlineData(VmStatus.Stopped)]
    [InlineData(VmStatus.Stopping)]
    [InlineData(VmStatus.Error)]
    public void Policy_4_4_What_is_not_Running_nor_on_its_way_is_not_stopped(VmStatus status)
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
        tenant.Become("10:20:00", "a", status);

        tenant.Charge("10:21:00", "3");

        Assert.Empty(tenant.Ordered(OrderKind.Stop));
    }

    [Fact]
    public void Policy_4_5_A_VM_found_Running_at_or_below_zero_later_is_ordered_to_stop_then()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
        tenant.Become("10:20:00", "a", VmStatus.Error);
        tenant.Charge("10:21:00", "3");

        tenant.Become("10:25:00", "a", VmStatus.Running);

        Assert.Equal(["a 10:25:00"], tenant.Ordered(OrderKind.Stop));
    }

    [Theory]
    [InlineData(VmStatus.Running)]
    [InlineData(VmStatus.Starting)]
    public void Policy_4_9_A_stop_that_came_to_nothing_is_void_and_ordered_anew_when_the_VM_runs(VmStatus status)
    {
        RunOut();
        tenant.Begin("11:10:53", tenant.OrderFor("a", OrderKind.Stop)!);
        tenant.Become("11:10:53", "a", VmStatus.Stopping);

        tenant.Become("11:11:00", "a", status);
        tenant.Become("11:11:30", "a", VmStatus.Running);

        Assert.Equal(["a 11:10:52", $"a {(status == VmStatus.Running ? "11:11:00" : "11:11:30")}"], tenant.Ordered(OrderKind.Stop));
        Assert.Contains(tenant.Events.OfType<OrderMoved>(), moved => moved.Order is { Number: 2, State: OrderState.Void });
    }

    [Fact]
    public void Policy_4_8_A_stop_of_an_earlier_exhaustion_that_came_to_nothing_does_not_stand_for_the_next_one()
    {
        RunOut();
        tenant.Begin("11:10:53", tenant.OrderFor("a", OrderKind.Stop)!);
        tenant.Become("11:10:53", "a", VmStatus.Stopping);
        tenant.TopUp("11:10:54", "5");
        tenant.Become("11:10:55", "a", VmStatus.Starting); // the platform, on its own account

        tenant.Charge("11:10:56", "5");

        Assert.Equal(["a 11:10:52", "a 11:10:56"], tenant.Ordered(OrderKind.Stop));
        Assert.Equal(2, tenant.OrderFor("a", OrderKind.Stop)!.Episode.Exhaustion);
    }

    [Fact]
    public void Policy_4_4_Exhaustion_is_a_passing_and_armed_again_only_above_zero()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
        tenant.Become("10:00:00", "a", VmStatus.Error);
        tenant.Charge("10:01:00", "3");
        Assert.Equal((1, StandingLevel.Exhausted), (tenant.Standing.Episode.Exhaustion, tenant.Standing.Level));

        tenant.Charge("10:02:00", "1"); // further down
        tenant.TopUp("10:03:00", "1"); // to zero, not above
        tenant.Charge("10:04:00", "1");
        Assert.Equal(new Episode(1, 2), tenant.Standing.Episode);

        tenant.TopUp("10:05:00", "1.000001");
        tenant.Charge("10:06:00", "0.000001");
        Assert.Equal(new Episode(2, 0), tenant.Standing.Episode);
    }

    [Fact]
    public void Policy_2_6_The_end_of_a_voucher_can_exhaust()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "9", "gpu-vm", until: "10:30:00");
        tenant.Run("10:00:00", "a");

        tenant.Live("10:30:00");

        Assert.Equal(["a 10:30:00"], tenant.Ordered(OrderKind.Stop));
        Assert.Equal(StandingLevel.Exhausted, tenant.Standing.Level); // exactly zero: every second until then was paid
        Assert.Null(tenant.Standing.NegativeSince);
    }

    [Fact]
    public void Policy_3_9_A_correction_at_exhaustion_that_falls_to_an_ended_lot_counts_at_once()
    {
        // What the live balance hopes to get back belongs to a voucher that has ended, and leaves with the settlement.
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "2.54", until: "10:20:00");
        tenant.Run("10:00:00", "a");
        tenant.TopUp("10:00:00", "1");
        tenant.Advance("10:20:00");
        tenant.Become("10:10:00", "a", VmStatus.Error, heardAt: "10:21:00");
        var hoped = tenant.LiveAt("10:21:00");

        tenant.Charge("10:21:00", hoped);

        Assert.Equal("-0.423333", tenant.LiveAt("10:21:00"));
        Assert.Equal(Tenant.At("10:21:00"), tenant.Standing.NegativeSince);
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }
}
