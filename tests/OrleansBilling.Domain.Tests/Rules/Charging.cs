using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>When a VM is charged, and how charges are corrected (policy 3.4, 3.9, 3.10, 5).</summary>
public sealed class Charging
{
    private readonly Tenant tenant = new();

    public Charging() => tenant.TopUp("10:00:00", "10");

    private IEnumerable<string> Charges => tenant.Entries.Where(entry => entry.Vm is not null)
        .Select(entry => $"{entry.At:HH:mm:ss} {entry.Vm!.Seconds} s {entry.Change} {string.Join(' ', entry.Lines.Select(line => line.Lot))}");

    [Fact]
    public void Policy_3_4_Charged_every_15_minutes_from_the_first_Running()
    {
        tenant.Create("10:00:00", "a");
        tenant.Become("10:02:30", "a", VmStatus.Running);

        tenant.Live("10:40:00");

        Assert.Equal(["10:17:30 900 s -0.635000 topUp", "10:32:30 900 s -0.635000 topUp"], Charges);
    }

    [Fact]
    public void Policy_5_A_tick_that_comes_late_still_cuts_at_its_instant()
    {
        tenant.Run("10:00:00", "a");

        tenant.Advance("10:44:59");

        Assert.Equal(["10:15:00 900 s -0.635000 topUp", "10:30:00 900 s -0.635000 topUp"], Charges);
    }

    [Fact]
    public void C3_A_doubled_tick_changes_nothing()
    {
        tenant.Run("10:00:00", "a");
        tenant.Advance("10:15:00");

        tenant.Advance("10:15:00");
        tenant.Advance("10:15:01");

        Assert.Single(Charges);
    }

    [Fact]
    public void C2_A_clock_that_was_set_back_lets_no_time_go_back()
    {
        tenant.Run("10:00:00", "a");
        tenant.Advance("10:20:00");
        var live = tenant.LiveAt("10:20:00");

        tenant.TopUp("08:20:00", "1");

        Assert.Equal(Tenant.At("10:20:00"), tenant.Balance.AdvancedTo);
        Assert.Equal(Tenant.At("10:20:00"), tenant.Entries.Last().At);
        Assert.Equal(Amount.Parse(live) + Amount.Parse("1"), Amount.Parse(tenant.LiveAt("10:20:00")));
    }

    [Fact]
    public void Policy_3_10_The_last_charge_is_posted_at_once_and_nothing_after_it()
    {
        tenant.Run("10:00:00", "a");

        tenant.Become("10:04:00", "a", VmStatus.Deleting);
        tenant.Become("10:05:00", "a", VmStatus.Deleted);
        tenant.Live("11:00:00");

        Assert.Equal(["10:04:00 240 s -0.169333 topUp"], Charges);
        Assert.Equal("9.830667", tenant.LiveAt("11:00:00"));
    }

    [Fact]
    public void Policy_5_The_platforms_report_comes_before_a_charge_of_the_same_instant()
    {
        tenant.Run("10:00:00", "a");

        tenant.Become("10:15:00", "a", VmStatus.Deleting);

        Assert.Equal(["10:15:00 900 s -0.635000 topUp"], Charges);
        Assert.Null(tenant.Balance.Vms["a"].NextCharge);
    }

    [Fact]
    public void Policy_3_9_A_correction_gives_back_to_the_lots_that_paid_the_last_first()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "0.5");
        tenant.Run("10:00:00", "a");
        tenant.Advance("10:15:00"); // 0.5 from the voucher, 0.135 from the top-up part

        tenant.Become("10:10:00", "a", VmStatus.Error, heardAt: "10:16:00"); // 300 s, 0.211667, were no use
        tenant.Live("10:30:00");

        Assert.Equal("10:30:00 -300 s 0.211667 topUp v", Charges.Last());
        Assert.Equal(["0.135000", "0.076667"], tenant.Entries.Last().Lines.Select(line => line.Change.ToString()));
        Assert.Equal(EntryKind.Correction, tenant.Entries.Last().Kind);
        Assert.Equal("0.076667", tenant.Balance.Lots[0].Remaining.ToString());
    }

    [Fact]
    public void Policy_3_9_What_belonged_to_an_ended_lot_leaves_again_at_once()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "0.5", until: "10:20:00");
        tenant.Run("10:00:00", "a");
        tenant.Advance("10:20:00");

        tenant.Become("10:00:00", "a", VmStatus.Error, heardAt: "10:21:00"); // nothing was ever used
        tenant.Live("10:30:00");

        Assert.Equal(["Correction 0.846666", "Expiry -0.500000"], tenant.Entries.TakeLast(2).Select(entry => $"{entry.Kind} {entry.Change}"));
        Assert.Equal("10.000000", tenant.Balance.Total.ToString());
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void Policy_3_7_Each_charge_line_records_seconds_and_price_version()
    {
        var package = Tenant.Sold("p", ("2026-01-01T00:00:00Z", "2.54"), ("2026-03-02T10:10:00Z", "3.60"));
        var other = new Tenant(null, package);
        other.TopUp("10:00:00", "10");
        other.Run("10:00:00", "a", "p");

        other.Live("10:15:00");

        Assert.Equal(
            [new PricedSeconds(1, HourlyPrice.Parse("2.54"), 600), new PricedSeconds(2, HourlyPrice.Parse("3.60"), 300)], other.Entries.Last().Vm!.Priced.ToArray());
    }

    [Fact]
    public void Policy_3_6_Seconds_too_cheap_to_show_are_an_entry_of_zero()
    {
        var other = new Tenant(null, Tenant.Sold("p", ("2026-01-01T00:00:00Z", "0.000001")));
        other.TopUp("10:00:00", "10");
        other.Run("10:00:00", "a", "p");

        other.Live("10:15:00");

        Assert.Equal((900L, 0L, 0), (other.Entries.Last().Vm!.Seconds, other.Entries.Last().Change.Micros, other.Entries.Last().Lines.Length));
    }
}
