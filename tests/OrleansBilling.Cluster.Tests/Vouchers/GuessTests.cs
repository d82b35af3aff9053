using OrleansBilling.Cluster.Tests.Payments;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Vouchers;

namespace OrleansBilling.Cluster.Tests.Vouchers;

/// <summary>Nobody learns a code by trying (policy 2.3).</summary>
public sealed class GuessTests
{
    [Fact]
    public async Task Policy_2_3_A_thousand_wrong_codes_lock_the_tenant_and_teach_nothing()
    {
        await using var cluster = await Redeeming.Start();
        var code = Assert.Single(await cluster.Codes());

        await cluster.SayWhoPays();

        var replies = await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => cluster.Billing.RedeemVoucher(cluster.Tenant, Redeeming.Wrong(number))));

        // Ten are looked at. The answer to one may come late, and then the client hears of the lock when it asks again.
        Assert.InRange(replies.Count(reply => reply.Result == RedemptionResult.NotAccepted), 1, 10);
        Assert.All(replies.Where(reply => reply.Result != RedemptionResult.NotAccepted), reply => Assert.Equal(RedemptionResult.Locked, reply.Result));
        Assert.Equal(RedemptionResult.Locked, await cluster.Redeem(code)); // the right one is not looked at
        var locked = Assert.Single(await cluster.Billing.GetVoucherLocks("vn"));
        Assert.Equal(("t1", Ladder.At("10:00:00").AddDays(1)), (locked.Tenant, locked.Until));
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(code, "t2")); // and nobody else is kept from it
    }

    [Fact]
    public async Task Policy_2_3_The_lock_ends_by_itself_or_by_an_operator_and_outlives_its_activation()
    {
        await using var cluster = await Redeeming.Start(vouchers: options => (options.Guesses, options.LockedFor) = (2, TimeSpan.FromMinutes(30)));
        var code = Assert.Single(await cluster.Codes());
        await Guess(cluster, 2);
        await cluster.Cluster.DeactivateAsync(cluster.Cluster.Client.GetGrain<IVouchersGrain>(cluster.Tenant.ToString()));
        Assert.Equal(RedemptionResult.Locked, await cluster.Redeem(code));

        Assert.True(await cluster.Billing.UnlockVouchers(cluster.Tenant, "grace"));
        Assert.False(await cluster.Billing.UnlockVouchers(cluster.Tenant, "grace"));
        Assert.Empty(await cluster.Billing.GetVoucherLocks("vn"));
        await Guess(cluster, 2);
        await cluster.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(code));
        Assert.Empty(await cluster.Billing.GetVoucherLocks("vn"));
    }

    [Fact]
    public async Task Policy_2_3_What_is_wrong_used_early_late_or_revoked_gets_one_answer_and_counts()
    {
        await using var cluster = await Redeeming.Start(vouchers: options => options.Guesses = 5);
        var used = Assert.Single(await cluster.Codes("used"));
        await cluster.Redeem(used, "t2");
        var early = Assert.Single(await cluster.Codes("early", Redeeming.Spring() with { From = Ladder.At("10:30:00") }));
        var late = Assert.Single(await cluster.Codes("late", Redeeming.Spring() with { From = Ladder.At("08:00:00"), Until = Ladder.At("09:00:00") }));
        var revoked = Assert.Single(await cluster.Codes("revoked"));
        await cluster.Billing.RevokeCampaign("vn", "revoked", "grace", "a mistake");

        foreach (var code in new[] { Redeeming.Wrong(0), used, early, late, revoked })
            Assert.Equal(new RedemptionReply(RedemptionResult.NotAccepted), await cluster.TryToRedeem(code));

        Assert.Equal(RedemptionResult.Locked, await cluster.Redeem(Redeeming.Wrong(1)));
    }

    [Fact]
    public async Task Policy_2_3_A_code_that_cannot_be_had_counts_too_or_it_could_be_found_without_being_used()
    {
        await using var cluster = await Redeeming.Start(vouchers: options => options.Guesses = 1);
        var codes = await cluster.Codes(command: Redeeming.Spring(count: 2));
        await cluster.Redeem(codes[0]);

        Assert.Equal(RedemptionResult.CampaignUsed, await cluster.Redeem(codes[1]));
        Assert.Equal(RedemptionResult.Locked, await cluster.Redeem(codes[0]));
    }

    [Fact]
    public async Task Who_has_not_said_who_pays_redeems_nothing_and_guesses_nothing()
    {
        await using var cluster = await Redeeming.Start();
        var code = Assert.Single(await cluster.Codes());
        for (var times = 0; times < 20; times++)
            Assert.Equal(new RedemptionReply(RedemptionResult.ProfileMissing), await cluster.Billing.RedeemVoucher(cluster.Tenant, times % 2 == 0 ? code : Redeeming.Wrong(times)));
        Assert.Empty(await cluster.Entries());
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(code));
    }

    [Fact]
    public async Task What_has_not_the_form_of_a_code_is_no_guess()
    {
        await using var cluster = await Redeeming.Start(vouchers: options => options.Guesses = 1);
        await Assert.ThrowsAsync<ArgumentException>(() => cluster.Redeem("SHORT"));
        await Assert.ThrowsAsync<ArgumentException>(() => cluster.Cluster.Client.GetGrain<IVouchersGrain>(cluster.Tenant.ToString()).Redeem("SHORT"));
        Assert.Empty(await cluster.Billing.GetVoucherLocks("vn"));
    }

    private static async Task Guess(BillingCluster cluster, int times)
    {
        for (var guess = 0; guess < times; guess++) Assert.Equal(RedemptionResult.NotAccepted, await cluster.Redeem(Redeeming.Wrong(guess)));
    }
}
