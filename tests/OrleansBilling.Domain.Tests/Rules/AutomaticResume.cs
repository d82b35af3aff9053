using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>After a cure VMs stay stopped, unless the tenant asked for automatic resume of that VM (policy 4.12).</summary>
public sealed class AutomaticResume
{
    private readonly Tenant tenant = new();

    private void StopAutomatically(bool autoResume)
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a", autoResume: autoResume);
        tenant.Live("11:10:52");
        tenant.Begin("11:10:52", tenant.OrderFor("a", OrderKind.Stop)!);
        tenant.Become("11:10:53", "a", VmStatus.Stopping);
        tenant.Become("11:11:00", "a", VmStatus.Stopped);
    }

    [Fact]
    public void Policy_4_12_Without_it_a_VM_stays_stopped_and_the_gates_open_at_once()
    {
        StopAutomatically(autoResume: false);

        tenant.TopUp("11:20:00", "5");

        Assert.Empty(tenant.Ordered(OrderKind.Resume));
        Assert.Equal("4.618273", tenant.LiveAt("11:20:00"));
        Assert.Equal(AdmissionResult.Admitted, tenant.Do("11:20:00", step => step.Admit("a", VmRequest.PowerOn)).Result);
    }

    [Fact]
    public void Policy_4_12_With_it_the_VM_is_powered_on_again_after_the_cure()
    {
        StopAutomatically(autoResume: true);

        tenant.TopUp("11:20:00", "5");
        Assert.Equal(["a 11:20:00"], tenant.Ordered(OrderKind.Resume));
        Assert.NotNull(tenant.Begin("11:20:01", tenant.OrderFor("a", OrderKind.Resume)!));
        tenant.Become("11:20:01", "a", VmStatus.Starting);
        tenant.Become("11:20:30", "a", VmStatus.Running);

        Assert.Empty(tenant.Balance.Orders);
        Assert.False(tenant.Balance.Vms["a"].StoppedAutomatically);
    }

    [Fact]
    public void Policy_4_12_Above_zero_but_below_the_hour_the_gates_are_closed_and_nothing_resumes()
    {
        StopAutomatically(autoResume: true);

        tenant.TopUp("11:20:00", "1");
        Assert.Empty(tenant.Ordered(OrderKind.Resume));

        tenant.TopUp("11:20:00", "4");
        Assert.Single(tenant.Ordered(OrderKind.Resume));
    }

    [Fact]
    public void Policy_4_12_A_VM_that_its_tenant_stopped_is_not_resumed()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a", autoResume: true);
        tenant.Become("10:05:00", "a", VmStatus.Stopped);
        tenant.Live("11:15:00");

        tenant.TopUp("11:20:00", "5");

        Assert.Empty(tenant.Ordered(OrderKind.Resume));
    }

    [Fact]
    public void Policy_4_12_The_choice_can_be_made_after_the_cure()
    {
        StopAutomatically(autoResume: false);
        tenant.TopUp("11:20:00", "5");

        tenant.Do("11:21:00", step =>
        {
            step.Report("a", tenant.ReadingOf("a", step.Now), new VmTraits("a", AutoResume: true));
            step.Advance();
        });

        Assert.Equal(["a 11:21:00"], tenant.Ordered(OrderKind.Resume));
    }

    [Fact]
    public void Policy_4_8_A_resume_is_void_when_the_money_has_gone_again()
    {
        StopAutomatically(autoResume: true);
        tenant.TopUp("11:20:00", "5");
        var resume = tenant.OrderFor("a", OrderKind.Resume)!;

        tenant.Charge("11:20:00", "3"); // above zero, below the hour

        Assert.Null(tenant.Begin("11:20:01", resume));
        Assert.Null(tenant.OrderFor("a", OrderKind.Resume));
    }

    [Fact]
    public void Policy_4_8_A_resume_is_void_in_the_next_exhaustion()
    {
        StopAutomatically(autoResume: true);
        tenant.TopUp("11:20:00", "5");
        tenant.Charge("11:20:00", "5");

        Assert.Null(tenant.OrderFor("a", OrderKind.Resume));
        Assert.Equal(new Episode(2, 1), tenant.Standing.Episode);
    }

    [Fact]
    public void E2_A_resume_that_had_begun_is_void_when_the_VM_is_stopped_again_and_is_ordered_anew_when_its_start_was_never_heard_of()
    {
        StopAutomatically(autoResume: true);
        tenant.TopUp("11:20:00", "5");
        tenant.Begin("11:20:01", tenant.OrderFor("a", OrderKind.Resume)!);

        // It ran for a moment; the balance hears of all that only when it is over.
        tenant.Histories["a"] = tenant.Histories["a"].With(new StatusChange(Tenant.At("11:20:01"), VmStatus.Starting)).With(new StatusChange(Tenant.At("11:20:20"), VmStatus.Running));
        tenant.Become("11:20:30", "a", VmStatus.Stopped);

        Assert.Equal(["a 11:20:00", "a 11:20:30"], tenant.Ordered(OrderKind.Resume));
        Assert.Equal((4, OrderState.Open), (tenant.OrderFor("a", OrderKind.Resume)!.Number, tenant.OrderFor("a", OrderKind.Resume)!.State));
        Assert.Equal(OrderState.Void, tenant.Events.OfType<OrderMoved>().Last().Order.State);
    }

    [Fact]
    public void Policy_4_12_A_VM_that_somebody_powered_on_counts_as_stopped_by_hand_from_then_on()
    {
        StopAutomatically(autoResume: true);
        tenant.Become("11:15:00", "a", VmStatus.Starting);
        tenant.Become("11:15:01", "a", VmStatus.Stopped);

        tenant.TopUp("11:20:00", "5");

        Assert.Empty(tenant.Ordered(OrderKind.Resume));
    }
}
