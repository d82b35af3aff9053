using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>What open disputes have taken holds deletions where it is what makes the balance negative, and no longer (policy 4.11).</summary>
public sealed class Disputes
{
    private readonly Tenant tenant = new();

    [Theory]
    [InlineData("3", true)] // without it 2 would be left: it alone takes the balance below zero
    [InlineData("1", true)] // exactly zero would be left, which is not negative (policy 4.7)
    [InlineData("0.999999", false)] // below zero without it, too
    public void Policy_4_11_A_dispute_holds_deletion_where_the_balance_would_not_be_below_zero_without_it(string paid, bool held)
    {
        tenant.TopUp("10:00:00", paid);
        tenant.Charge("10:00:00", "1");

        Dispute("10:10:00", "3");

        Assert.Equal(held, IsHeld("10:10:00"));
    }

    [Fact]
    public void Policy_4_11_Two_disputes_hold_together_what_neither_would_hold_alone()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Charge("10:00:00", "8");
        Dispute("10:10:00", "5", "first"); // -3
        Dispute("10:11:00", "5", "second"); // -8: without either alone -3

        Assert.True(IsHeld("10:12:00"));

        tenant.TopUp("10:13:00", "5", "won");
        tenant.Do("10:13:00", step => step.Release("first"));
        Assert.True(IsHeld("10:13:00")); // -3 without the first, 2 without both

        tenant.Do("10:14:00", step => step.Release("second")); // lost
        Assert.False(IsHeld("10:14:00"));
    }

    [Fact]
    public void Policy_4_11_What_a_lost_dispute_took_counts_no_more_for_the_one_that_is_open()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Charge("10:00:00", "8");
        Dispute("10:10:00", "5", "first");
        Dispute("10:11:00", "5", "second");

        tenant.Do("10:12:00", step => step.Release("first"));

        Assert.False(IsHeld("10:12:00")); // without the second -3
    }

    [Fact]
    public void Policy_4_6_4_11_A_small_dispute_holds_the_deletion_only_until_usage_outgrows_it()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Run("10:00:00", "a");
        Dispute("10:00:00", "1");

        tenant.Live("15:00:00");

        // 9 are used at 13:32:36, 10 at 13:56:14, which leaves less than the whole notice.
        Assert.Equal(["a 13:32:36"], tenant.Ordered(OrderKind.Stop));
        Assert.Equal(["a 14:06:14"], tenant.Ordered(OrderKind.Delete));
    }

    [Fact]
    public void Policy_4_11_4_13_Usage_that_outgrows_the_dispute_ends_what_it_holds_with_the_whole_notice()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Run("10:00:00", "a");
        Dispute("10:00:00", "2");

        tenant.Live("13:56:13");
        // 8 are used at 13:08:59: stopped as ever, and due to be deleted at 13:38:59, which is held.
        Assert.Equal(["a 13:08:59"], tenant.Ordered(OrderKind.Stop));
        Assert.Empty(tenant.Ordered(OrderKind.Delete));

        tenant.Live("15:00:00");
        Assert.Equal(["a 14:06:14"], tenant.Ordered(OrderKind.Delete)); // 10 are used at 13:56:14
        Assert.Equal(["13:56:14", "14:01:14"], tenant.Told(NoticeKind.DeletionNear)); // never of the instant that was held
    }

    [Fact]
    public void Policy_4_11_A_dispute_that_takes_more_counts_with_all_that_it_took()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Charge("10:00:00", "2");
        Dispute("10:10:00", "2");
        Dispute("10:11:00", "1", inAll: "3"); // -2: 1 without it

        Assert.True(IsHeld("10:11:00"));
        Assert.Equal("3.000000", Assert.Single(tenant.Balance.Holds).Disputed.ToString());
    }

    [Fact]
    public void Policy_4_4_4_11_Where_disputes_hold_stops_a_balance_that_would_be_exhausted_anyway_is_stopped()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Run("10:00:00", "a");
        Dispute("10:00:00", "2", actions: HeldActions.Stopping | HeldActions.Deletion);

        tenant.Live("15:00:00");

        Assert.Equal(["a 13:56:14"], tenant.Ordered(OrderKind.Stop));
    }

    [Fact]
    public void Policy_4_11_What_an_operator_releases_holds_no_more_whatever_is_taken_later()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Charge("10:00:00", "1");
        Dispute("10:10:00", "2.5");
        tenant.Do("10:11:00", step => step.Release("dispute"));

        Dispute("10:12:00", "0.5", inAll: "3");

        Assert.False(IsHeld("10:12:00"));
    }

    [Fact]
    public void Policy_4_11_An_operators_hold_holds_beside_a_dispute_that_does_not()
    {
        tenant.TopUp("10:00:00", "1");
        tenant.Charge("10:00:00", "3");
        Dispute("10:10:00", "1");
        Assert.False(IsHeld("10:10:00"));

        tenant.Do("10:11:00", step => step.Hold(new EnforcementHold("h", HeldActions.Deletion, "We look at it.", "op", Tenant.At("10:11:00"), Tenant.At("20:00:00"))));

        Assert.True(IsHeld("10:11:00"));
    }

    private void Dispute(string at, string taken, string dispute = "dispute", HeldActions actions = HeldActions.Deletion, string? inAll = null) => tenant.Do(at, step => step.TakeBack(
        $"back-{at}", Currency.Usd, Amount.Parse(taken), "disputed", new EnforcementHold(dispute, actions, "Disputed.", "payments", Tenant.At(at), Tenant.At("20:00:00"), Amount.Parse(inAll ?? taken))));

    private bool IsHeld(string at) => tenant.Balance.IsHeld(HeldActions.Deletion, Tenant.At(at), tenant.Rules);
}
