using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>What is billed, for how many seconds, at which price (policy 3.1–3.9).</summary>
public sealed class Metering
{
    private static readonly DateTimeOffset ten = Tenant.At("10:00:00");

    [Fact]
    public void Policy_3_2_Only_Running_and_Stopped_are_billed() =>
        Assert.Equal([VmStatus.Running, VmStatus.Stopped], Enum.GetValues<VmStatus>().Where(status => status.IsBilled()));

    [Fact]
    public void Policy_3_2_Stopped_costs_as_much_as_Running()
    {
        var history = History(("10:00:00", VmStatus.Running), ("10:30:00", VmStatus.Stopped));

        Assert.Equal("2.540000", history.UsageThrough(Tenant.At("11:00:00"), Tenant.H100).Cost.ToString());
    }

    [Fact]
    public void Policy_3_5_Fractions_are_summed_before_they_are_cut()
    {
        // Three times 0.4 s are 1.2 s: one whole second, though no interval has one.
        var history = History(
            ("10:00:00.000", VmStatus.Running), ("10:00:00.400", VmStatus.Rebooting),
            ("10:00:10.000", VmStatus.Running), ("10:00:10.400", VmStatus.Rebooting),
            ("10:00:20.000", VmStatus.Running), ("10:00:20.400", VmStatus.Rebooting));

        var usage = history.UsageThrough(Tenant.At("10:01:00"), Tenant.H100);

        Assert.Equal((TimeSpan.FromSeconds(1.2), 1L, 705L), (usage.Time, usage.Seconds, usage.Cost.Micros)); // 2.54 / 3600 = 0.000705555…
    }

    [Fact]
    public void Policy_3_3_Seconds_are_never_rounded_up() =>
        Assert.Equal(0, Usage.None.Extend(ten, ten.AddSeconds(1) - TimeSpan.FromTicks(1), Tenant.H100).Seconds);

    [Fact]
    public void Policy_3_5_Intervals_are_half_open()
    {
        Assert.Equal(0, History(("10:00:00", VmStatus.Running)).UsageThrough(ten, Tenant.H100).Seconds);
        Assert.Equal(1, History(("10:00:00", VmStatus.Running), ("10:00:01", VmStatus.Error)).UsageThrough(ten.AddHours(1), Tenant.H100).Seconds);
    }

    [Fact]
    public void Policy_3_6_The_charges_of_a_thousand_cuts_are_the_price_of_the_whole()
    {
        var (usage, at, charged) = (Usage.None, ten, 0L);
        for (var cut = 1; cut <= 1000; cut++)
        {
            var next = usage.Extend(at, at.AddMilliseconds(777), Tenant.H100);
            charged += next.Cost.Micros - usage.Cost.Micros;
            (usage, at) = (next, at.AddMilliseconds(777));
        }

        Assert.Equal(Usage.None.Extend(ten, at, Tenant.H100), usage);
        Assert.Equal(777 * 2_540_000L / 3600, charged);
    }

    [Fact]
    public void Policy_3_7_Every_second_is_priced_by_the_version_in_force_in_it()
    {
        var package = Tenant.Sold("p", ("2026-01-01T00:00:00Z", "2.54"), ("2026-03-02T10:10:00Z", "3.60"));

        var usage = Usage.None.Extend(ten, ten.AddMinutes(15), package);

        Assert.Equal([(1, 600L), (2, 300L)], usage.Priced.Select(part => (part.Version, part.Seconds)));
        Assert.Equal("0.723333", usage.Cost.ToString());
        Assert.Equal(usage.Cost, Usage.None.CostAfter(ten, ten.AddMinutes(15), package));
    }

    [Fact]
    public void Policy_3_6_Several_price_versions_are_rounded_down_once()
    {
        // One second at each of three prices that all end in a third of a micro-unit: together a whole one.
        var package = Tenant.Sold("p", ("2026-01-01T00:00:00Z", "0.0012"), ("2026-03-02T10:00:01Z", "0.0048"), ("2026-03-02T10:00:02Z", "0.0012"));

        Assert.Equal(2, Usage.None.Extend(ten, ten.AddSeconds(3), package).Cost.Micros); // 0.33… + 1.33… + 0.33…
    }

    [Fact]
    public void Policy_3_7_A_second_that_straddles_a_price_change_belongs_to_where_it_becomes_whole_however_it_is_sliced()
    {
        var package = Tenant.Sold("p", ("2026-01-01T00:00:00Z", "3.60"), ("2026-03-02T10:00:01Z", "7.20"));
        var from = ten.AddMilliseconds(500); // half a second before the change, half after it

        var whole = Usage.None.Extend(from, from.AddSeconds(1), package);
        var sliced = Usage.None.Extend(from, ten.AddMilliseconds(900), package).Extend(ten.AddMilliseconds(900), ten.AddMilliseconds(1200), package)
            .Extend(ten.AddMilliseconds(1200), from.AddSeconds(1), package);

        Assert.Equal(2000, whole.Cost.Micros);
        Assert.Equal(whole, sliced);
    }

    [Fact]
    public void Time_before_the_first_price_costs_nothing_and_is_counted() =>
        Assert.Equal((60L, 0L), Costs(Usage.None.Extend(ten.AddYears(-1), ten.AddYears(-1).AddMinutes(1), Tenant.H100)));

    [Fact]
    public void Policy_3_9_A_report_finds_its_place_and_a_doubled_one_changes_nothing()
    {
        var history = History(("10:00:00", VmStatus.Running), ("10:30:00", VmStatus.Stopped));

        var late = history.With(new StatusChange(Tenant.At("10:10:00"), VmStatus.Error)).With(new StatusChange(Tenant.At("10:20:00"), VmStatus.Running));
        var again = late.With(new StatusChange(Tenant.At("10:10:00"), VmStatus.Error));

        Assert.Equal([VmStatus.Creating, VmStatus.Running, VmStatus.Error, VmStatus.Running, VmStatus.Stopped], late.Changes.Select(change => change.Status));
        Assert.Equal(late, again);
        Assert.Equal(20 * 60, late.UsageThrough(Tenant.At("10:30:00"), Tenant.H100).Seconds);
    }

    [Fact]
    public void Policy_3_10_Nothing_is_billed_from_the_beginning_of_a_deletion_on_even_when_it_is_heard_of_late()
    {
        var history = History(("10:00:00", VmStatus.Running), ("10:30:00", VmStatus.Stopped), ("10:40:00", VmStatus.Deleting), ("10:41:00", VmStatus.Deleted));

        var late = history.With(new StatusChange(Tenant.At("10:20:00"), VmStatus.Deleting));

        Assert.Equal(20 * 60, late.UsageThrough(Tenant.At("12:00:00"), Tenant.H100).Seconds);
        Assert.Equal((VmStatus.Deleted, 4), (late.Status, late.Changes.Length));
    }

    [Fact]
    public void The_seconds_by_price_are_the_whole_seconds_of_the_time() =>
        Assert.Throws<ArgumentException>(() => new Usage(TimeSpan.FromSeconds(2), [new PricedSeconds(1, default, 1)]));

    private static (long Seconds, long Micros) Costs(Usage usage) => (usage.Seconds, usage.Cost.Micros);

    private static StatusHistory History(params (string At, VmStatus Status)[] changes) =>
        changes.Aggregate(StatusHistory.CreatedAt(ten), (history, change) => history.With(new StatusChange(Tenant.At(change.At), change.Status)));
}
