using OrleansBilling.Payments.Tests.Support;

namespace OrleansBilling.Payments.Tests;

public sealed class PaymentStateTests
{
    private static readonly PaymentState created = PaymentState.Of(new Payment("p1", Currency.Usd, Amounts.Of("25")), "stripe");

    [Fact]
    public void M9_A_receipt_is_credited_once_under_its_own_id()
    {
        var first = created.Apply(Paid());
        var again = first.Next.Apply(Paid());

        Assert.Equal([new PaymentPosting(PostingKind.Credit, "payment/stripe/pi_1", Amounts.Of("25"))], first.Postings.AsEnumerable());
        Assert.Equal((PaymentStatus.Paid, NotificationOutcome.Stored), (first.Next.Status, first.Outcome));
        Assert.Empty(again.Postings);
        Assert.Equal(NotificationOutcome.AlreadySettled, again.Outcome);
    }

    [Fact]
    public void M9_Another_amount_or_currency_credits_nothing()
    {
        foreach (var other in new PaymentEvent[] { Paid(amount: "24.99"), Paid(amount: "250"), Paid(currency: Currency.Jpy), new PaymentFailed("24", Amounts.Of("1")) })
        {
            var change = created.Apply(other);

            Assert.Equal((NotificationOutcome.AmountDiffers, created), (change.Outcome, change.Next));
            Assert.Empty(change.Postings);
        }
    }

    [Fact]
    public void M9_A_differing_amount_is_told_before_that_it_is_settled() => Assert.Equal(NotificationOutcome.AmountDiffers, After(Paid()).Apply(Paid(amount: "1")).Outcome);

    [Fact]
    public void A_success_after_failure_or_expiry_is_still_credited()
    {
        foreach (var end in new PaymentEvent[] { new PaymentFailed("24"), new PaymentExpired() })
        {
            var change = After(end).Apply(Paid());

            Assert.Equal(PaymentStatus.Paid, change.Next.Status);
            Assert.Single(change.Postings);
        }
    }

    [Fact]
    public void A_failure_is_stored_once_and_says_nothing_of_a_paid_payment()
    {
        Assert.Equal(NotificationOutcome.Stored, created.Apply(new PaymentFailed("24")).Outcome);
        Assert.Equal(NotificationOutcome.AlreadySettled, After(new PaymentFailed("24")).Apply(new PaymentFailed("24")).Outcome);
        Assert.Equal(NotificationOutcome.AlreadySettled, After(Paid()).Apply(new PaymentFailed("24")).Outcome);
        Assert.Equal(PaymentStatus.Failed, After(new PaymentFailed("24"), new PaymentPending()).Status);
    }

    [Fact]
    public void M9_Of_two_receipts_both_are_credited_because_the_gateway_has_the_money_twice() =>
        Assert.Equal("payment/stripe/pi_2", Assert.Single(After(Paid()).Apply(Paid("pi_2")).Postings).Operation);

    [Fact]
    public void Refunds_are_running_totals_of_which_only_the_difference_is_taken_back()
    {
        var first = After(Paid()).Apply(Refunded("ch_1", "5"));
        var second = first.Next.Apply(Refunded("ch_1", "12"));
        var late = second.Next.Apply(Refunded("ch_1", "5"));

        Assert.Equal([new PaymentPosting(PostingKind.TakeBack, "payment/p1/back/1", Amounts.Of("5"))], first.Postings.AsEnumerable());
        Assert.Equal([new PaymentPosting(PostingKind.TakeBack, "payment/p1/back/2", Amounts.Of("7"))], second.Postings.AsEnumerable());
        Assert.Equal((PaymentStatus.Refunded, NotificationOutcome.AlreadySettled), (late.Next.Status, late.Outcome));
    }

    [Fact]
    public void A_refund_that_comes_before_its_payment_is_taken_back_with_it()
    {
        var early = created.Apply(Refunded("ref_1", "25"));
        var paid = early.Next.Apply(Paid());

        Assert.Empty(early.Postings);
        Assert.Equal([PostingKind.Credit, PostingKind.TakeBack], paid.Postings.Select(posting => posting.Kind));
    }

    [Fact]
    public void No_more_is_taken_back_than_was_credited()
    {
        var state = After(Paid(), Refunded("ref_1", "20"), Refunded("ref_2", "20"), Disputed(DisputeSteps.Withdrawn));

        Assert.Equal(Amounts.Of("25"), state.TakenBack);
    }

    [Fact]
    public void A_dispute_takes_back_what_the_gateway_withdrew_and_gives_it_back_when_it_is_won()
    {
        var opened = After(Paid()).Apply(Disputed(DisputeSteps.Opened));
        var withdrawn = opened.Next.Apply(Disputed(DisputeSteps.Withdrawn));
        var won = withdrawn.Next.Apply(Disputed(DisputeSteps.Won));
        var reinstated = won.Next.Apply(Disputed(DisputeSteps.Reinstated));

        Assert.Empty(opened.Postings);
        Assert.Equal(PaymentStatus.Disputed, withdrawn.Next.Status);
        Assert.Equal([new PaymentPosting(PostingKind.TakeBack, "payment/p1/back/1", Amounts.Of("25"), OfDispute: true)], withdrawn.Postings.AsEnumerable());
        Assert.Equal([new PaymentPosting(PostingKind.GiveBack, "payment/p1/back/2", Amounts.Of("25"), OfDispute: true)], won.Postings.AsEnumerable());
        Assert.Equal(PaymentStatus.DisputeWon, won.Next.Status);
        Assert.Empty(reinstated.Postings);
    }

    [Fact]
    public void Policy_4_11_What_open_disputes_took_is_what_comes_back_when_they_are_won()
    {
        PaymentDisputed Of(string dispute, string amount, DisputeSteps step) => new(dispute, Currency.Usd, Amounts.Of(amount), step);
        var state = After(Of("a", "10", DisputeSteps.Withdrawn), Refunded("ref_1", "5"), Of("b", "30", DisputeSteps.Withdrawn), Of("c", "10", DisputeSteps.Opened));
        Assert.Empty(state.Disputed); // nothing is credited yet

        state = state.Apply(Paid()).Next;
        Assert.Equal([("a", Amounts.Of("10")), ("b", Amounts.Of("10"))], state.Disputed.Select(dispute => (dispute.Key, dispute.Value)));

        Assert.Equal([("b", Amounts.Of("10"))], state.Apply(Of("a", "10", DisputeSteps.Lost)).Next.Disputed.Select(dispute => (dispute.Key, dispute.Value)));
        Assert.Equal([("b", Amounts.Of("20"))], state.Apply(Of("a", "10", DisputeSteps.Reinstated)).Next.Disputed.Select(dispute => (dispute.Key, dispute.Value)));
        Assert.Equal([("a", Amounts.Of("20")), ("b", Amount.Zero)], state.Apply(Of("a", "20", DisputeSteps.Withdrawn)).Next.Disputed.Select(dispute => (dispute.Key, dispute.Value)));
    }

    [Fact]
    public void What_was_heard_of_before_the_receipt_is_told_as_what_it_was()
    {
        bool BackAfter(PaymentEvent before) => After(before).Apply(Paid()).Postings.Single(posting => posting.Kind == PostingKind.TakeBack).OfDispute;

        Assert.True(BackAfter(Disputed(DisputeSteps.Withdrawn)));
        Assert.False(BackAfter(Refunded("ref_1", "5")));
    }

    [Fact]
    public void A_dispute_that_is_lost_is_taken_back_even_if_nobody_said_withdrawn()
    {
        var state = After(Paid(), Disputed(DisputeSteps.Lost));

        Assert.Equal((PaymentStatus.DisputeLost, Amounts.Of("25")), (state.Status, state.TakenBack));
    }

    [Theory]
    [InlineData(DisputeSteps.Won)]
    [InlineData(DisputeSteps.Won | DisputeSteps.Reinstated)]
    public void A_dispute_that_was_won_and_is_lost_after_all_is_taken_back_again(DisputeSteps won)
    {
        var lost = After(Paid(), Disputed(DisputeSteps.Withdrawn), Disputed(won)).Apply(Disputed(DisputeSteps.Lost));

        Assert.Equal((PaymentStatus.DisputeLost, Amounts.Of("25")), (lost.Next.Status, lost.Next.TakenBack));
        Assert.Equal([new PaymentPosting(PostingKind.TakeBack, "payment/p1/back/3", Amounts.Of("25"), OfDispute: true)], lost.Postings.AsEnumerable());
    }

    [Fact]
    public void A_payment_that_is_pending_with_another_amount_is_not_ours() =>
        Assert.Equal(NotificationOutcome.AmountDiffers, After().Apply(new PaymentPending(Amounts.Of("24"))).Outcome);

    [Fact]
    public void Payments_are_asked_about_until_they_are_decided()
    {
        Assert.True(created.IsOpen);
        Assert.True(After(new PaymentPending()).IsOpen);
        Assert.True(After(Paid(), Disputed(DisputeSteps.Opened)).IsOpen);
        Assert.False(After(Paid()).IsOpen);
        Assert.False(After(new PaymentFailed("24")).IsOpen);
    }

    [Fact]
    public void A_refund_or_dispute_in_another_currency_takes_nothing_back()
    {
        Assert.Equal(NotificationOutcome.AmountDiffers, After(Paid()).Apply(new PaymentRefunded("r", Currency.Vnd, Amounts.Of("25"))).Outcome);
        Assert.Equal(NotificationOutcome.AmountDiffers, After(Paid()).Apply(new PaymentRefunded("r", Currency.Usd, Amounts.Of("-1"))).Outcome);
        Assert.Equal(NotificationOutcome.AmountDiffers, After(Paid()).Apply(new PaymentDisputed("d", Currency.Vnd, Amounts.Of("25"), DisputeSteps.Withdrawn)).Outcome);
    }

    private static PaymentState After(params PaymentEvent[] events) => events.Aggregate(created, (state, happened) => state.Apply(happened).Next);

    private static PaymentPaid Paid(string reference = "pi_1", string amount = "25", Currency currency = Currency.Usd) => new(reference, currency, Amounts.Of(amount));

    private static PaymentRefunded Refunded(string refund, string total) => new(refund, Currency.Usd, Amounts.Of(total));

    private static PaymentDisputed Disputed(DisputeSteps step) => new("dp_1", Currency.Usd, Amounts.Of("25"), step);
}
