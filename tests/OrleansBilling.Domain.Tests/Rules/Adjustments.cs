using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>What operators put right by hand (policy 2, 4; M1).</summary>
public sealed class Adjustments
{
    private readonly Tenant tenant = new();

    [Fact]
    public void M1_M2_A_credit_and_a_debit_of_the_top_up_part_are_entries_of_their_own_kind()
    {
        tenant.TopUp("10:00:00", "3");
        Assert.Equal(new PostingOutcome(PostingResult.Posted, 2), tenant.Adjust("10:01:00", "0.5"));
        Assert.Equal(new PostingOutcome(PostingResult.Posted, 3), tenant.Adjust("10:02:00", "-1"));

        Assert.Equal(
            [(EntryKind.Adjustment, "0.500000", "3.500000"), (EntryKind.Adjustment, "-1.000000", "2.500000")],
            tenant.Entries.Skip(1).Select(entry => (entry.Kind, $"{entry.Change}", $"{entry.BalanceAfter}")));
        Assert.Equal(["10:01:00"], tenant.Told(NoticeKind.CreditAdded));
        var taken = Assert.Single(tenant.Notices, notice => notice.Kind == NoticeKind.CreditTaken);
        Assert.Equal((Tenant.At("10:02:00"), "1.000000", "put right"), (taken.At, $"{taken.Amount}", taken.About));
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void M5_The_same_again_changes_nothing_and_the_same_id_with_other_content_is_refused()
    {
        tenant.TopUp("10:00:00", "3");
        var first = tenant.Adjust("10:01:00", "-1", operation: "op");

        Assert.Equal(first, tenant.Adjust("10:02:00", "-1", operation: "op"));
        Assert.Equal(PostingResult.OperationReused, tenant.Adjust("10:02:00", "1", operation: "op").Result);
        Assert.Equal(PostingResult.OperationReused, tenant.Adjust("10:02:00", "-1", CreditKind.Voucher, "lot", operation: "op").Result);
        Assert.Equal("2.000000", $"{tenant.Balance.TopUp}");
    }

    [Fact]
    public void Policy_1_4_In_another_currency_it_is_refused_and_the_first_one_fixes_it()
    {
        tenant.Adjust("10:00:00", "3");
        Assert.Equal(Currency.Usd, tenant.Balance.Currency);
        var yen = new Adjustment(Currency.Jpy, Amount.Parse("1"), CreditKind.TopUp, null, Scope.AllProducts, null);
        Assert.Equal(PostingResult.OtherCurrency, tenant.Do("10:01:00", step => step.Adjust("yen", yen, "put right")).Result);
    }

    [Fact]
    public void Policy_2_8_4_4_4_6_A_debit_below_zero_is_followed_by_the_ladder_at_once()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Run("10:00:00", "a");

        tenant.Adjust("10:10:00", "-10");

        Assert.Equal(["a 10:10:00"], tenant.Ordered(OrderKind.Stop));
        Assert.Equal(Tenant.At("10:10:00"), tenant.Standing.NegativeSince);
        tenant.Live("10:41:00");
        Assert.Equal(["a 10:40:00"], tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void Policy_4_1_What_a_debit_leaves_below_one_hour_is_low()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Run("10:00:00", "a");
        tenant.Adjust("10:00:00", "-7.5");
        Assert.Equal(["10:00:00"], tenant.Told(NoticeKind.Low));
        Assert.Equal(AdmissionResult.Refused, tenant.Do("10:00:01", step => step.Admit("a", VmRequest.Reboot)).Result);
    }

    [Fact]
    public void Policy_4_7_A_credit_cures()
    {
        tenant.TopUp("10:00:00", "1");
        tenant.Adjust("10:10:00", "-2");
        Assert.Equal(Tenant.At("10:10:00"), tenant.Standing.NegativeSince);
        tenant.Adjust("10:20:00", "1");
        Assert.Null(tenant.Standing.NegativeSince);
        Assert.Equal("0.000000", $"{tenant.Balance.TopUp}");
    }

    [Fact]
    public void Policy_2_6_M8_Credit_of_voucher_kind_pays_for_seconds_from_now_on_and_leaves_when_it_ends()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Run("10:00:00", "a");

        Assert.Equal(PostingResult.Posted, tenant.Adjust("10:05:00", "1", CreditKind.Voucher, "lot", "gpu-vm", until: "10:20:00").Result);
        tenant.Live("10:30:00");

        Assert.Equal(
            [("Charge", "topUp -0.211666"), ("Adjustment", "lot 1.000000"), ("Charge", "lot -0.423334"), ("Charge", "lot -0.211666"), ("Expiry", "lot -0.365000"), ("Charge", "topUp -0.423334")],
            tenant.Entries.Skip(1).Select(entry => ($"{entry.Kind}", string.Join(", ", entry.Lines.Select(line => $"{line.Lot} {line.Change}")))));
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void M3_Policy_2_6_A_debit_takes_from_a_lot_at_most_what_is_left_once_usage_is_settled()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Grant("10:00:00", CreditKind.BillingPlan, "plan", "1");
        tenant.Run("10:00:00", "a");

        Assert.Equal(PostingResult.LotTooSmall, tenant.Adjust("10:10:00", "-0.7", CreditKind.BillingPlan, "plan").Result); // 1 − 0.423333
        Assert.Equal(PostingResult.LotTooSmall, tenant.Adjust("10:10:00", "-2", CreditKind.BillingPlan, "plan").Result);
        Assert.Equal(PostingResult.Posted, tenant.Adjust("10:10:00", "-0.5", CreditKind.BillingPlan, "plan").Result);

        Assert.Equal("0.076667", $"{tenant.Balance.Lots[0].Remaining}");
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void M8_A_debit_of_a_lot_that_is_not_there_of_another_kind_not_begun_or_ended_is_refused()
    {
        tenant.Grant("10:00:00", CreditKind.BillingPlan, "plan", "1");
        tenant.Grant("10:00:00", CreditKind.Voucher, "later", "1", from: "11:00:00");
        tenant.Grant("10:00:00", CreditKind.Voucher, "ended", "1", until: "10:30:00");
        foreach (var (kind, lot) in new[] { (CreditKind.Voucher, "none"), (CreditKind.Voucher, "plan"), (CreditKind.Voucher, "later"), (CreditKind.Voucher, "ended") })
            Assert.Equal((lot, PostingResult.UnknownLot), (lot, tenant.Adjust("10:40:00", "-0.1", kind, lot).Result));
        Assert.DoesNotContain(tenant.Entries, entry => entry.Kind == EntryKind.Adjustment);
    }

    [Fact]
    public void M3_A_credit_makes_a_new_lot_and_no_other()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "lot", "1");
        Assert.Equal(PostingResult.LotExists, tenant.Adjust("10:01:00", "1", CreditKind.Voucher, "lot").Result);
        Assert.Equal(PostingResult.AlreadyExpired, tenant.Adjust("10:01:00", "1", CreditKind.Voucher, "new", until: "10:01:00").Result);
        Assert.Single(tenant.Balance.Lots);
    }

    [Theory]
    [InlineData("0", CreditKind.TopUp, null, "", null)]
    [InlineData("1", CreditKind.TopUp, "lot", "", null)]
    [InlineData("1", CreditKind.TopUp, null, "gpu-vm", null)]
    [InlineData("1", CreditKind.TopUp, null, "", "12:00:00")]
    [InlineData("1", CreditKind.Voucher, null, "", null)]
    [InlineData("1", CreditKind.Voucher, "topUp", "", null)]
    [InlineData("-1", CreditKind.Voucher, "lot", "gpu-vm", null)]
    [InlineData("-1", CreditKind.Voucher, "lot", "", "12:00:00")]
    [InlineData("1", (CreditKind)7, "lot", "", null)]
    public void What_makes_no_sense_is_a_mistake_of_the_caller(string change, CreditKind target, string? lot, string products, string? until) =>
        Assert.ThrowsAny<ArgumentException>(() => tenant.Adjust("10:00:00", change, target, lot, products, until));
}
