using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>Paid-in credit that goes back to the payer: a refund, a reversal, a dispute (policy 2.8, 4).</summary>
public sealed class TakingBack
{
    private readonly Tenant tenant = new();

    [Fact]
    public void Policy_2_8_It_is_taken_from_the_top_up_part_alone_whatever_else_there_is()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Grant("10:00:00", CreditKind.BillingPlan, "plan", "1");
        tenant.Grant("10:00:00", CreditKind.Voucher, "voucher", "2");

        tenant.TakeBack("10:01:00", "2.5", "back");

        var entry = tenant.Entries.Last();
        Assert.Equal((EntryKind.Refund, "back", "-2.500000", "3.500000"), (entry.Kind, entry.Operation, entry.Change.ToString(), entry.BalanceAfter.ToString()));
        Assert.Equal([new LedgerLine(CreditLot.TopUp, CreditKind.TopUp, Amount.Parse("-2.5"))], entry.Lines.AsEnumerable());
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void Policy_2_8_Who_loses_credit_to_a_refund_is_told_once_how_much_and_of_which_payment()
    {
        tenant.TopUp("10:00:00", "10");
        for (var times = 0; times < 2; times++) tenant.TakeBack("10:05:00", "4", "back");

        var told = Assert.Single(tenant.Notices, notice => notice.Kind == NoticeKind.CreditTaken);
        Assert.Equal(("4.000000", "refunded", "credittaken/2"), ($"{told.Amount}", told.About, told.Id));
    }

    [Fact]
    public void Policy_2_8_Who_gets_back_what_a_dispute_had_taken_is_told_that_and_not_of_a_payment()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.TakeBack("10:05:00", "10", "back");
        for (var times = 0; times < 2; times++)
            tenant.Do("10:10:00", step => step.TopUp("given", Currency.Usd, Amount.Parse("10"), "card", givenBack: true));

        Assert.Equal(["10:00:00"], tenant.Told(NoticeKind.Paid));
        var told = Assert.Single(tenant.Notices, notice => notice.Kind == NoticeKind.CreditGivenBack);
        Assert.Equal(("10.000000", "card", "creditgivenback/3"), ($"{told.Amount}", told.About, told.Id));
    }

    [Fact]
    public void M5_The_same_again_takes_nothing_and_the_same_id_with_other_content_is_refused()
    {
        tenant.TopUp("10:00:00", "3");
        var first = tenant.TakeBack("10:01:00", "1", "back");

        Assert.Equal(first, tenant.TakeBack("10:02:00", "1", "back"));
        Assert.Equal(PostingResult.OperationReused, tenant.TakeBack("10:03:00", "2", "back").Result);
        Assert.Equal(PostingResult.OperationReused, tenant.TopUp("10:03:00", "1", "back").Result);
        Assert.Equal("2.000000", tenant.Balance.TopUp.ToString());
    }

    [Fact]
    public void Policy_1_4_In_another_currency_it_is_refused()
    {
        tenant.TopUp("10:00:00", "3");
        Assert.Equal(PostingResult.OtherCurrency, tenant.Do("10:01:00", step => step.TakeBack("back", Currency.Vnd, Amount.Parse("1"), "refunded")).Result);
        Assert.Equal("3.000000", tenant.Balance.TopUp.ToString());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    public void Policy_2_8_Nothing_or_less_is_not_taken(string amount)
    {
        tenant.TopUp("10:00:00", "3");
        Assert.Throws<ArgumentException>(() => tenant.TakeBack("10:01:00", amount));
    }

    [Fact]
    public void Policy_4_4_4_6_More_than_is_left_becomes_debt_and_the_ladder_follows_at_once()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Run("10:00:00", "a");

        tenant.TakeBack("10:20:00", "10");

        Assert.Equal("-0.846666", tenant.LiveAt("10:20:00"));
        Assert.Equal(["a 10:20:00"], tenant.Ordered(OrderKind.Stop));
        Assert.Equal(Tenant.At("10:20:00"), tenant.Standing.NegativeSince);
        tenant.Live("10:50:00");
        Assert.Equal(["a 10:50:00"], tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void Policy_4_1_What_is_left_below_one_hour_is_low()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Run("10:00:00", "a");

        tenant.TakeBack("10:00:00", "7.5");

        Assert.Equal(["10:00:00"], tenant.Told(NoticeKind.Low));
        Assert.Equal(AdmissionResult.Refused, tenant.Do("10:00:01", step => step.Admit("a", VmRequest.Reboot)).Result);
    }

    [Fact]
    public void Policy_4_7_A_dispute_that_is_won_is_a_credit_of_its_own_and_cures()
    {
        tenant.TopUp("10:00:00", "3", "payment");
        tenant.Charge("10:00:00", "1");
        tenant.TakeBack("10:10:00", "3", "withdrawn");
        Assert.Equal(Tenant.At("10:10:00"), tenant.Standing.NegativeSince);

        tenant.TopUp("10:20:00", "3", "reinstated");

        Assert.Null(tenant.Standing.NegativeSince);
        Assert.Equal("2.000000", tenant.Balance.TopUp.ToString());
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }
}
