using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>How a balance takes the readings of its VMs (policy 3.11).</summary>
public sealed class Readings
{
    private readonly Tenant tenant = new();

    public Readings() => tenant.TopUp("10:00:00", "10");

    private IEnumerable<string> Charges => tenant.Entries.Where(entry => entry.Vm is not null)
        .Select(entry => $"{entry.At:HH:mm:ss} {entry.Vm!.Seconds} s {entry.Change} {string.Join(' ', entry.Lines.Select(line => line.Lot))}");

    [Fact]
    public void A_reading_of_an_instant_does_not_let_earlier_instants_use_what_it_tells()
    {
        // At 11:10:14 there is 0.000578 left, one second later nothing: with what a had used by then, 11:10:14 would be too early a stop.
        var twins = new Tenant();
        twins.TopUp("10:00:00", "5.947");
        twins.Run("10:00:00", "a");
        twins.Run("10:00:00", "b");

        twins.Become("11:10:15", "a", VmStatus.Deleting);

        Assert.Equal(["b 11:10:15"], twins.Ordered(OrderKind.Stop));
    }

    [Fact]
    public void Policy_3_11_A_reading_at_a_change_of_status_is_posted_with_the_next_charge()
    {
        tenant.Run("10:00:00", "a");

        tenant.Become("10:05:00", "a", VmStatus.Stopping);
        Assert.Empty(Charges);

        tenant.Live("10:15:00");
        Assert.Equal(["10:15:00 300 s -0.211666 topUp"], Charges);
    }

    [Fact]
    public void Policy_3_11_The_same_reading_again_or_an_older_one_changes_nothing_and_gets_the_watermark()
    {
        tenant.Run("10:00:00", "a");
        var older = tenant.ReadingOf("a", Tenant.At("10:05:00"));
        tenant.Report("10:20:00", "a");
        var before = tenant.Balance;

        var outcomes = new[] { tenant.Report("10:20:00", "a"), tenant.Take(Tenant.At("10:20:00"), "a", older) };

        Assert.All(outcomes, outcome => Assert.Equal(new ReadingOutcome(ReadingResult.NothingNew, before.Vms["a"].Posted), outcome));
        Assert.Equal((before.EntryCount, before.Vms["a"]), (tenant.Balance.EntryCount, tenant.Balance.Vms["a"]));
        Assert.Equal((1, Tenant.At("10:15:00")), (before.Vms["a"].Posted.Sequence, before.Vms["a"].Posted.Through));
    }

    [Fact]
    public void C1_A_reading_of_an_earlier_revision_changes_nothing_and_who_says_it_hears_that_it_is_behind()
    {
        tenant.Run("10:00:00", "a");
        var behind = tenant.Histories["a"];
        tenant.Become("10:05:00", "a", VmStatus.Stopping);
        tenant.Live("10:15:00");
        var before = tenant.Balance;

        tenant.Histories["a"] = behind; // metered later, by who does not know of the stop
        Assert.Equal(new ReadingOutcome(ReadingResult.Outdated, before.Vms["a"].Posted), tenant.Report("10:20:00", "a"));
        Assert.Equal(before.Vms["a"], tenant.Balance.Vms["a"]);
    }

    [Fact]
    public void Policy_3_11_The_same_instant_with_other_totals_is_refused()
    {
        tenant.Run("10:00:00", "a");
        tenant.Become("10:10:00", "a", VmStatus.Stopped);
        tenant.Advance("10:20:00");
        var stored = tenant.Balance.Vms["a"].Reading; // through 10:10:00; posted through 10:15:00

        foreach (var at in new[] { "10:10:00", "10:14:00", "10:15:00" })
        {
            var reading = tenant.ReadingOf("a", Tenant.At(at));
            Assert.Equal(ReadingResult.Conflicting, tenant.Take(Tenant.At("10:20:00"), "a", reading with { Usage = Usage.None }).Result);
            Assert.Equal(ReadingResult.Conflicting, tenant.Take(Tenant.At("10:20:00"), "a", reading with { Status = VmStatus.Error }).Result);
            Assert.Equal(ReadingResult.NothingNew, tenant.Take(Tenant.At("10:20:00"), "a", reading).Result);
        }
        Assert.Equal(stored, tenant.Balance.Vms["a"].Reading);
    }

    [Fact]
    public void E3_A_stop_after_a_reading_a_little_ahead_names_the_entry_that_made_the_balance_what_it_says()
    {
        tenant.Charge("10:00:00", "7", "inference");
        tenant.Run("10:00:00", "a");

        // At 11:10:50 there is 0.001383 left; the clock of the VM says that it is 11:10:52 and nothing is left.
        tenant.Histories["a"] = tenant.Histories["a"].With(new StatusChange(Tenant.At("11:10:00"), VmStatus.Running));
        tenant.Take(Tenant.At("11:10:50"), "a", tenant.ReadingOf("a", Tenant.At("11:10:52")));

        var stop = tenant.OrderFor("a", OrderKind.Stop)!;
        var entry = tenant.Entries.Last();
        Assert.Equal((Tenant.At("11:10:50"), "-0.000022"), (stop.At, stop.Live.ToString()));
        Assert.Equal((stop.EntryNumber, stop.Live, 652L), (entry.Number, entry.BalanceAfter, entry.Vm!.Seconds));
        tenant.Live("11:10:52");
        Assert.Equal("-0.000022", tenant.LiveAt("11:10:52")); // nothing is counted twice
    }

    [Fact]
    public void C2_A_reading_from_the_future_is_refused_but_for_a_small_tolerance()
    {
        tenant.Run("10:00:00", "a");

        Assert.Equal(ReadingResult.FromTheFuture, tenant.Take(Tenant.At("10:10:00"), "a", tenant.ReadingOf("a", Tenant.At("10:10:06"))).Result);
        tenant.Histories["a"] = tenant.Histories["a"].With(new StatusChange(Tenant.At("10:15:02"), VmStatus.Stopping));
        Assert.Equal(ReadingResult.Taken, tenant.Take(Tenant.At("10:14:57"), "a", tenant.ReadingOf("a", Tenant.At("10:15:02"))).Result);
        Assert.Equal(Tenant.At("10:14:57"), tenant.Balance.AdvancedTo); // what is due at 10:15 has not happened yet
        Assert.Empty(Charges);
        Assert.Equal(ReadingResult.UnknownVm, tenant.Do("10:15:00", step => step.Report("b", tenant.ReadingOf("a", step.Now), new VmTraits("b"))).Result);
    }
}
