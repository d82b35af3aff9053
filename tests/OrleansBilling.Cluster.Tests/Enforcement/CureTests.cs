using System.Collections.Concurrent;
using OrleansBilling.Cluster.Tests.Once;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Enforcement;

/// <summary>A cure races with what was ordered (policy 4.8, 4.12; F15, E3, E5).</summary>
public sealed class CureTests
{
    private readonly LostOrders orders = new();

    [Fact]
    public async Task P4_8_a_stop_that_nobody_has_obeyed_is_void_once_the_balance_is_cured()
    {
        await using var cluster = await Ladder.Begin(setup => setup.Services = services => services.AddFilter(orders));
        orders.Closed = true;
        await cluster.AdvanceTo(Ladder.Exhausted.AddSeconds(10));
        Assert.Equal((OrderState.Open, VmStatus.Running), (Assert.Single(cluster.Orders(OrderKind.Stop)).State, await cluster.StatusOf("a")));
        await cluster.TopUp("5");
        orders.Closed = false;
        await cluster.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((OrderState.Void, VmStatus.Running), (Assert.Single(cluster.Orders(OrderKind.Stop)).State, await cluster.StatusOf("a")));
        Assert.DoesNotContain(await cluster.Vm("a").History(), change => change.Status == VmStatus.Stopping);
    }

    [Fact]
    public async Task P4_8_an_order_of_an_earlier_exhaustion_is_void_when_it_arrives_in_a_later_good_time()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.Exhausted.AddSeconds(10));
        var stop = Assert.Single(cluster.Orders(OrderKind.Stop));
        await cluster.TopUp("20");
        await cluster.Ask("a", VmRequest.PowerOn);
        await cluster.Vm("a").Obey(new OrderMessage($"stop-{stop.Number}", OrderKind.Stop, stop.At, "1xH100", new VmTraits("a"))); // from far away
        await cluster.Settle();
        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));
    }

    [Fact]
    public async Task F15_E3_a_payment_one_millisecond_before_the_exhaustion_prevents_the_stop()
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.Exhausted.AddMilliseconds(-1));
        await cluster.TopUp("5");
        await cluster.AdvanceTo(Ladder.Exhausted.AddMinutes(1));
        Assert.Empty(cluster.Orders(OrderKind.Stop));
        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task F15_P5_a_payment_at_the_instant_of_the_exhaustion_or_after_it_finds_the_stop_ordered(int milliseconds)
    {
        await using var cluster = await Ladder.Begin();
        await cluster.AdvanceTo(Ladder.Exhausted.AddMilliseconds(-1));
        cluster.Clock.AdvanceTo(Ladder.Exhausted.AddMilliseconds(milliseconds));
        await cluster.TopUp("5"); // the rules come before requests (policy 5)
        await cluster.Settle();
        var stop = Assert.Single(cluster.Orders(OrderKind.Stop));
        var payment = (await cluster.Entries()).Last(entry => entry.Kind == EntryKind.Credit);
        Assert.Equal((Ladder.Exhausted, payment.Number - 1), (stop.At, stop.Entry));
        Assert.Equal(stop.State == OrderState.Void ? VmStatus.Running : VmStatus.Stopped, await cluster.StatusOf("a")); // begun or not when the cure came (4.8)
        Assert.Equal("4.999978", (await cluster.Billing.GetBalance(cluster.Tenant)).Total.ToString());
    }

    [Fact]
    public async Task F15_P4_8_a_payment_that_is_decided_right_behind_the_stop_comes_before_anybody_obeys_it()
    {
        var (ledger, inbox) = (new FaultyLedger(), new TopUpTaken());
        await using var cluster = await Ladder.Begin(setup =>
        {
            setup.Ledger = ledger.Around;
            setup.Services = services => services.AddFilter(inbox);
        });
        await cluster.AdvanceTo(Ladder.Exhausted.AddSeconds(-1));
        var stopping = ledger.HoldNext();
        cluster.Clock.AdvanceTo(Ladder.Exhausted);
        await stopping.Arrived;
        var payment = cluster.TopUp("5");
        await inbox.Taken("5"); // it waits behind the write
        stopping.Release();
        await payment;
        await cluster.Settle();
        Assert.Equal(Ladder.Exhausted, Assert.Single(cluster.Orders(OrderKind.Stop)).At); // E3: it was at zero when the stop was ordered
        Assert.Equal((OrderState.Void, VmStatus.Running), (cluster.Orders(OrderKind.Stop)[0].State, await cluster.StatusOf("a")));
    }

    [Fact]
    public async Task F15_E3_a_payment_that_is_being_written_when_the_balance_would_run_out_prevents_the_stop()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await Ladder.Begin(setup => setup.Ledger = ledger.Around);
        await cluster.AdvanceTo(Ladder.Exhausted.AddSeconds(-1));
        var paying = ledger.HoldNext();
        var payment = cluster.TopUp("5");
        await paying.Arrived;
        cluster.Clock.AdvanceTo(Ladder.Exhausted.AddSeconds(1));
        await Task.Delay(100); // what is due waits behind the write
        paying.Release();
        await payment;
        await cluster.AdvanceTo(Ladder.Exhausted.AddMinutes(1));
        Assert.Empty(cluster.Orders(OrderKind.Stop));
        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));
    }

    [Fact]
    public async Task P4_8_a_stop_that_has_begun_is_carried_out_and_power_on_is_allowed_again_after_the_cure()
    {
        var platform = new HandPlatform();
        await using var cluster = await Ladder.Begin(platform);
        await cluster.AdvanceTo(Ladder.Exhausted.AddSeconds(10));
        await cluster.TopUp("5");
        Assert.Equal((OrderState.Begun, VmStatus.Stopping), (Assert.Single(cluster.Orders(OrderKind.Stop)).State, await cluster.StatusOf("a")));
        await platform.Confirm(cluster, VmRequest.PowerOff, "a");
        Assert.Equal((OrderState.Confirmed, VmStatus.Stopped), (Assert.Single(cluster.Orders(OrderKind.Stop)).State, await cluster.StatusOf("a")));
        Assert.Equal(VmRequestResult.Accepted, (await cluster.Ask("a", VmRequest.PowerOn)).Result);
        await platform.Confirm(cluster, VmRequest.PowerOn, "a");
        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));
    }

    [Fact]
    public async Task P4_5_a_vm_on_its_way_to_running_at_the_exhaustion_stops_when_it_gets_there()
    {
        await using var cluster = await RebootingAtTheExhaustion();
        await cluster.AdvanceTo(Ladder.At("10:07:06")); // a alone has used up 0.30 after 425 s
        Assert.Equal(["a", "b"], cluster.Orders(OrderKind.Stop).Select(order => order.Vm));
        Assert.Equal((VmStatus.Stopped, VmStatus.Rebooting), (await cluster.StatusOf("a"), await cluster.StatusOf("b")));
        await cluster.AdvanceTo(Ladder.At("10:10:00"));
        Assert.Equal(VmStatus.Stopped, await cluster.StatusOf("b"));
        Assert.All(cluster.Orders(OrderKind.Stop), order => Assert.Equal(OrderState.Confirmed, order.State));
        Assert.Equal([VmStatus.Rebooting, VmStatus.Running, VmStatus.Stopping, VmStatus.Stopped], (await cluster.Vm("b").History())[^4..].Select(change => change.Status));
    }

    [Fact]
    public async Task P4_5_P4_8_a_vm_on_its_way_goes_on_running_when_the_balance_was_cured_before_it_got_there()
    {
        await using var cluster = await RebootingAtTheExhaustion();
        await cluster.AdvanceTo(Ladder.At("10:08:00"));
        await cluster.TopUp("20");
        await cluster.AdvanceTo(Ladder.At("10:11:00"));
        Assert.Equal((VmStatus.Stopped, VmStatus.Running), (await cluster.StatusOf("a"), await cluster.StatusOf("b")));
    }

    [Fact]
    public async Task P4_12_only_what_was_stopped_automatically_and_asked_for_it_is_resumed_after_the_cure()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.TopUp("10.16");
        await cluster.Create("resumes", autoResume: true);
        await cluster.Create("stays");
        await cluster.Create("was-off", autoResume: true);
        await cluster.Ask("was-off", VmRequest.PowerOff);
        await cluster.AdvanceTo(Ladder.At("11:20:05")); // 7.62 an hour: used up after 4800 s
        Assert.All(await cluster.Billing.ListVms(cluster.Tenant), vm => Assert.Equal(VmStatus.Stopped, vm.Status));

        await cluster.TopUp("5"); // cured, but not an hour's cost: the gates are still closed
        await cluster.Settle();
        Assert.Empty(cluster.Orders(OrderKind.Resume));
        await cluster.TopUp("20");
        await cluster.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([("resumes", OrderState.Confirmed)], cluster.Orders(OrderKind.Resume).Select(order => (order.Vm, order.State)));
        Assert.Equal([VmStatus.Running, VmStatus.Stopped, VmStatus.Stopped], (await cluster.Billing.ListVms(cluster.Tenant)).Select(vm => vm.Status));
    }

    [Fact]
    public async Task P4_8_E8_a_resume_that_arrives_when_the_money_is_gone_again_is_void()
    {
        await using var cluster = await BillingCluster.Start(setup => setup.Services = services => services.AddFilter(orders));
        await cluster.TopUp("3");
        await cluster.Create("a", autoResume: true);
        await cluster.AdvanceTo(Ladder.Exhausted.AddSeconds(5));
        orders.Closed = true;
        await cluster.TopUp("5");
        Assert.Equal(OrderState.Open, Assert.Single(cluster.Orders(OrderKind.Resume)).State);
        await Commanded.Send(cluster, "charge", "c", "4"); // above zero, below an hour
        orders.Closed = false;
        await cluster.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((OrderState.Void, VmStatus.Stopped), (Assert.Single(cluster.Orders(OrderKind.Resume)).State, await cluster.StatusOf("a")));
        Assert.DoesNotContain(await cluster.Vm("a").History(), change => change.Status == VmStatus.Starting);
    }

    // b reboots until 10:10:00, and the money lasts until 10:07:05.
    private static async Task<BillingCluster> RebootingAtTheExhaustion()
    {
        var cluster = await Ladder.Begin(setup => setup.Platform = options => options.Reboot = TimeSpan.FromMinutes(10), topUp: "5.2");
        await cluster.Create("b");
        await cluster.Ask("b", VmRequest.Reboot);
        await Commanded.Send(cluster, "charge", "c", "4.9");
        return cluster;
    }

    /// <summary>Tells when a balance has a payment in its inbox.</summary>
    private sealed class TopUpTaken : IIncomingGrainCallFilter
    {
        private readonly ConcurrentDictionary<Amount, TaskCompletionSource> taken = new();

        public Task Taken(string amount) => Of(Amount.Parse(amount)).Task;

        public Task Invoke(IIncomingGrainCallContext context)
        {
            var done = context.Invoke(); // which puts it there before anything is waited for
            if (context.InterfaceMethod.Name == nameof(IBalanceGrain.TopUp) && context.Request.GetArgument(0) is TopUp payment) Of(payment.Amount).TrySetResult();
            return done;
        }

        private TaskCompletionSource Of(Amount amount) => taken.GetOrAdd(amount, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
