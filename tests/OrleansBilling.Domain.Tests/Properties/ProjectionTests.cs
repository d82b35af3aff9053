using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;
using Xunit.Abstractions;

namespace OrleansBilling.Domain.Tests.Properties;

/// <summary>What is projected is what comes: found by search, checked by looking at every instant (policy 4.5).</summary>
public sealed class ProjectionTests(ITestOutputHelper output)
{
    [Fact]
    public void E1_The_projected_exhaustion_is_the_first_instant_at_or_below_zero() => Seeds.Try(120, output, seed =>
    {
        var (balance, rules) = SomewhereIn(new RandomLife(seed), new Random(-seed));
        var projected = Projection.Exhaustion(balance, rules);
        if (balance.LiveAt(balance.AdvancedTo, rules.Prices) <= Amount.Zero) return projected is null ? null : $"exhausted already, but projected for {projected:O}";

        // Second by second, and with every change in between, because the advance stops at each.
        var limit = balance.AdvancedTo.AddMinutes(40);
        var at = balance;
        for (var now = balance.AdvancedTo; now < (projected ?? limit) && now < limit; now = now.AddSeconds(1))
        {
            at = BalanceStep.Advance(at, rules, now).Next;
            if (at.LiveAt(now, rules.Prices) <= Amount.Zero) return $"projected for {projected:O}, but it is so at {now:O}";
        }
        if (projected is not { } instant || instant >= limit) return null;
        for (var late = instant.AddMilliseconds(-999); late < instant; late = late.AddMilliseconds(1))
            if (late >= at.AdvancedTo && BalanceStep.Advance(at, rules, late).Next.LiveAt(late, rules.Prices) <= Amount.Zero)
                return $"projected for {projected:O}, but it is so at {late:O}";
        var before = instant - TimeSpan.FromTicks(1);
        if (BalanceStep.Advance(at, rules, before).Next.LiveAt(before, rules.Prices) <= Amount.Zero) return $"projected for {projected:O}, but it is so a tick before";
        return BalanceStep.Advance(at, rules, instant).Next.LiveAt(instant, rules.Prices) <= Amount.Zero ? null : $"projected for {projected:O}, but it is not so then";
    });

    [Fact]
    public void E1_The_first_stop_is_ordered_at_the_projected_instant() => Seeds.Try(300, output, seed =>
    {
        var (balance, rules) = SomewhereIn(new RandomLife(seed), new Random(-seed));
        if (balance.LiveAt(balance.AdvancedTo, rules.Prices) <= Amount.Zero) return null;
        var projected = Projection.Exhaustion(balance, rules);
        var limit = balance.AdvancedTo.AddMinutes(40);

        var ordered = BalanceStep.Advance(balance, rules, limit).Events.OfType<OrderIssued>().Where(issued => issued.Order.Kind == OrderKind.Stop).Select(issued => issued.At).ToList();

        if (projected is null || projected > limit) return ordered.Count == 0 ? null : $"ordered at {ordered[0]:O}, but projected for {projected:O}";
        // Nothing is ordered when no VM runs; more is, when credit that starts cures it for a while.
        return ordered.Count == 0 || ordered[0] == projected ? null : $"ordered at {ordered[0]:O}, but projected for {projected:O}";
    });

    [Fact]
    public void E1_Nothing_is_due_before_the_sums_say_that_it_may_be() => Seeds.Try(300, output, seed =>
    {
        var (balance, rules) = SomewhereIn(new RandomLife(seed), new Random(-seed));
        var quiet = Projection.QuietUntil(balance, rules);
        var due = Projection.NextDue(balance, rules, withCharges: false) ?? DateTimeOffset.MaxValue;
        return quiet <= due ? null : $"due at {due:O}, but quiet until {quiet:O}";
    });

    [Fact]
    public void The_sums_are_no_more_than_minutes_too_early_so_that_a_far_instant_costs_little() => Seeds.Try(300, output, seed =>
    {
        var (balance, rules) = SomewhereIn(new RandomLife(seed), new Random(-seed));
        if (Projection.NextDue(balance, rules, withCharges: false) is not { } due) return null;
        var quiet = Projection.QuietUntil(balance, rules);
        return quiet == balance.AdvancedTo || due - quiet < TimeSpan.FromMinutes(5) ? null : $"due at {due:O}, and quiet only until {quiet:O}";
    });

    [Fact]
    public void A_charge_at_whichever_millisecond_leaves_the_instant_of_the_next_look_where_it_was()
    {
        var tenant = new Tenant();
        tenant.TopUp("10:00:00", "1000");
        tenant.Run("10:00:00", "a");
        var (random, looks) = (new Random(7), new HashSet<DateTimeOffset?>());
        for (var charge = 1; charge <= 200; charge++)
        {
            tenant.Advance(Tenant.At("10:00:00").AddMinutes(15 * charge).AddMilliseconds(random.Next(60_000)));
            looks.Add(Projection.LookAgainAt(tenant.Balance, tenant.Rules));
        }

        Assert.NotNull(Assert.Single(looks));
        Assert.Equal(200, tenant.Balance.EntryCount - 1);
    }

    [Fact]
    public void The_property_meets_projections_with_changes_of_price_and_credit_before_them()
    {
        var met = Enumerable.Range(1, 100).Count(seed =>
        {
            var (balance, rules) = SomewhereIn(new RandomLife(seed), new Random(-seed));
            return Projection.Exhaustion(balance, rules) is { } instant && Projection.NextDue(balance, rules, withCharges: false) < instant && instant < balance.AdvancedTo.AddMinutes(40);
        });

        Assert.True(met > 10, $"only {met} of 100 seeds do");
    }

    [Fact]
    public void C3_Nothing_is_in_sight_when_nothing_is_used_and_nothing_starts_or_ends() =>
        Assert.Null(Projection.NextDue(Balance.Empty, new Tenant().Rules, withCharges: true));

    [Fact]
    public void A_balance_for_a_hundred_years_has_no_exhaustion_in_sight()
    {
        var tenant = new Tenant();
        tenant.TopUp("10:00:00", "2500000");
        tenant.Run("10:00:00", "a");

        Assert.Null(Projection.Exhaustion(tenant.Balance, tenant.Rules));
        Assert.Equal(Tenant.At("10:15:00"), Projection.NextDue(tenant.Balance, tenant.Rules, withCharges: true));
        Assert.Null(Projection.NextDue(tenant.Balance, tenant.Rules, withCharges: false));
    }

    /// <summary>A random life up to a random instant, which nobody interferes with any more.</summary>
    private static (Balance Balance, BillingRules Rules) SomewhereIn(RandomLife life, Random random)
    {
        var tenant = new Tenant { Rules = life.Rules };
        var until = RandomLife.Moment(random, RandomLife.Start, life.End);
        foreach (var happening in life.Happenings.TakeWhile(happening => happening.At <= until)) RandomLife.Happen(tenant, happening);
        tenant.Advance(until);
        return (tenant.Balance, tenant.Rules);
    }
}
