using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>A lot pays for seconds used in <c>[effective, expires)</c> and for no others (policy 2.6; M8).</summary>
public sealed class ScopeAndLife
{
    private readonly Tenant tenant = new();

    [Fact]
    public void Policy_2_6_The_end_of_a_lot_first_settles_what_was_used_until_then()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "1", until: "10:05:00");
        tenant.Run("10:00:00", "a");

        tenant.Live("10:15:00");

        Assert.Equal(
            ["10:05:00 Charge -0.211666 v", "10:05:00 Expiry -0.788334 v", "10:15:00 Charge -0.423334 topUp"],
            tenant.Entries.Skip(2).Select(Row));
    }

    [Fact]
    public void Policy_2_6_The_start_of_a_lot_first_settles_what_was_used_until_then()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "1", from: "10:05:00");
        tenant.Run("10:00:00", "a");

        tenant.Live("10:15:00");

        Assert.Equal(
            ["10:05:00 Charge -0.211666 topUp", "10:05:00 Credit 1.000000 v", "10:15:00 Charge -0.423334 v"],
            tenant.Entries.Skip(1).Select(Row));
    }

    [Fact]
    public void Policy_2_6_A_lot_of_another_product_settles_too()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "1", "ai-notebook", from: "10:05:00");
        tenant.Run("10:00:00", "a");

        tenant.Live("10:05:00");

        Assert.Equal(["10:05:00 Charge -0.211666 topUp", "10:05:00 Credit 1.000000 v"], tenant.Entries.Skip(1).Select(Row));
    }

    [Fact]
    public void Policy_5_Credits_that_end_come_before_credits_that_start()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "second", "1", from: "10:05:00");
        tenant.Grant("10:00:00", CreditKind.Voucher, "first", "1", until: "10:05:00");

        tenant.Live("10:05:00");

        Assert.Equal(["10:00:00 Credit 1.000000 first", "10:05:00 Expiry -1.000000 first", "10:05:00 Credit 1.000000 second"], tenant.Entries.Select(Row));
    }

    [Fact]
    public void M8_What_expires_leaves_once_and_an_empty_lot_leaves_without_an_entry()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "full", "1", "gpu-vm", until: "10:05:00");
        tenant.Grant("10:00:00", CreditKind.Voucher, "spent", "1", "ai-notebook", until: "10:05:00");
        tenant.Charge("10:01:00", "1");

        tenant.Live("10:30:00");

        Assert.Equal(["10:05:00 Expiry -1.000000 full"], tenant.Entries.Skip(3).Select(Row));
        Assert.Equal([LotState.Ended, LotState.Spent], tenant.Balance.Lots.Select(lot => lot.State));
    }

    [Fact]
    public void M8_At_its_last_instant_a_lot_pays_no_more()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "1", until: "10:05:00");

        tenant.Charge("10:05:00", "0.5");

        Assert.Equal(["10:05:00 Expiry -1.000000 v", "10:05:00 Charge -0.500000 topUp"], tenant.Entries.Skip(1).Select(Row));
    }

    [Fact]
    public void Policy_2_6_A_past_effective_instant_means_from_now() =>
        Assert.Equal(
            Tenant.At("10:00:00"), Granted(tenant.Grant("10:00:00", CreditKind.Voucher, "v", "1", from: "09:00:00"), PostingResult.Posted).Effective);

    [Theory]
    [InlineData(null, "10:00:00")]
    [InlineData(null, "09:00:00")]
    [InlineData("11:00:00", "11:00:00")]
    [InlineData("11:00:00", "10:30:00")]
    public void Policy_2_6_A_lot_without_a_second_in_it_has_no_effect(string? from, string until)
    {
        Assert.Equal(PostingResult.AlreadyExpired, tenant.Grant("10:00:00", CreditKind.Voucher, "v", "1", from: from, until: until).Result);

        Assert.Empty(tenant.Balance.Lots);
        Assert.Null(tenant.Balance.Currency);
        Assert.Null(Projection.NextDue(tenant.Balance, tenant.Rules, withCharges: true));
    }

    [Fact]
    public void Policy_2_6_A_lot_found_after_its_whole_life_comes_and_goes_and_pays_for_its_own_seconds()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "1", from: "10:05:00", until: "10:10:00");
        tenant.Run("10:00:00", "a");

        tenant.Advance("10:14:00"); // nobody looked in between

        Assert.Equal(
            ["10:05:00 Charge -0.211666 topUp", "10:05:00 Credit 1.000000 v", "10:10:00 Charge -0.211667 v", "10:10:00 Expiry -0.788333 v"],
            tenant.Entries.Skip(1).Select(Row));
    }

    [Fact]
    public void Policy_5_A_settlement_in_between_moves_no_due_charge()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Run("10:00:00", "a");
        tenant.Grant("10:07:00", CreditKind.Voucher, "v", "0.1");

        tenant.Live("10:30:00");

        Assert.Equal([7 * 60L, 8 * 60, 15 * 60], tenant.Entries.Where(entry => entry.Vm is not null).Select(entry => entry.Vm!.Seconds));
    }

    [Theory]
    [InlineData(CreditKind.TopUp, "v")]
    [InlineData(CreditKind.Voucher, CreditLot.TopUp)]
    [InlineData(CreditKind.Voucher, " ")]
    public void A_grant_that_is_none_is_the_callers_mistake(CreditKind kind, string lot) =>
        Assert.Throws<ArgumentException>(() => tenant.Grant("10:00:00", kind, lot, "1"));

    private CreditLot Granted(PostingOutcome outcome, PostingResult expected)
    {
        Assert.Equal(expected, outcome.Result);
        return Assert.Single(tenant.Balance.Lots);
    }

    private static string Row(LedgerEntry entry) => $"{entry.At:HH:mm:ss} {entry.Kind} {entry.Change} {string.Join(' ', entry.Lines.Select(line => line.Lot))}";
}
