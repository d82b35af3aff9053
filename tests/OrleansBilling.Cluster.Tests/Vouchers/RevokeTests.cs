using OrleansBilling.Cluster.Tests.Payments;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Grains.Verification;

namespace OrleansBilling.Cluster.Tests.Vouchers;

/// <summary>What an operator takes back (policy 2.6; M1, M5, M8).</summary>
public sealed class RevokeTests
{
    private readonly FaultyState state = new("voucher");
    private readonly FaultyLedger ledger = new();

    [Fact]
    public async Task M8_Of_a_revoked_campaign_nothing_can_be_redeemed_and_what_is_left_of_its_credit_leaves_once()
    {
        await using var cluster = await Start();
        await cluster.SayWhoPays();
        var codes = await cluster.Codes(command: Redeeming.Spring(count: 60));
        await cluster.Redeem(codes[0]);
        await cluster.Billing.Charge(cluster.Tenant, new("used", "ai-notebook", Domain.Money.Currency.Usd, Domain.Money.Amount.Parse("2"), "a notebook"));

        for (var times = 0; times < 2; times++) Assert.True(await cluster.Billing.RevokeCampaign("vn", "spring", "grace", "a mistake"));

        foreach (var code in codes[1..5]) Assert.Equal(RedemptionResult.NotAccepted, await cluster.Redeem(code, "t2"));
        Assert.Equal(["5.000000", "-2.000000", "-3.000000"], (await cluster.Entries()).Select(entry => entry.Change.ToString()));
        Assert.Equal((EntryKind.Revocation, "a mistake"), ((await cluster.Entries())[^1].Kind, (await cluster.Entries())[^1].Description));
        Assert.Equal(VoucherStatus.Revoked, await cluster.StatusOfVoucher());
        var campaign = (await cluster.Billing.FindCampaign("vn", "spring"))!;
        Assert.Equal((60, 1, 60, "grace", "a mistake"), (campaign.Count, campaign.Redeemed, campaign.Revoked, campaign.RevokedBy, campaign.RevokedFor));
        Assert.Empty((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);
    }

    [Fact]
    public async Task M8_One_voucher_is_revoked_by_its_code_or_by_its_credit_and_the_others_stay()
    {
        await using var cluster = await Start();
        await cluster.SayWhoPays();
        var codes = await cluster.Codes(command: Redeeming.Spring(count: 3));
        await cluster.Redeem(codes[0]);
        var lot = Assert.Single(await cluster.Billing.GetVouchers(cluster.Tenant)).Id;

        Assert.True(await cluster.Billing.RevokeVoucher("vn", "spring", new RevokeVoucher(codes[1], null, "grace", "a mistake")));
        Assert.True(await cluster.Billing.RevokeVoucher("vn", "spring", new RevokeVoucher(null, lot, "grace", "a mistake")));
        Assert.False(await cluster.Billing.RevokeVoucher("vn", "spring", new RevokeVoucher(Redeeming.Wrong(1), null, "grace", "a mistake")));
        Assert.False(await cluster.Billing.RevokeCampaign("vn", "another", "grace", "a mistake"));

        Assert.Equal(RedemptionResult.NotAccepted, await cluster.Redeem(codes[1], "t2"));
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(codes[2], "t2"));
        Assert.Equal(VoucherStatus.Revoked, await cluster.StatusOfVoucher());
        Assert.Equal((2, 2), (await cluster.Billing.FindCampaign("vn", "spring") is { } campaign ? (campaign.Redeemed, campaign.Revoked) : default));
    }

    [Theory]
    [InlineData("stored")]
    [InlineData("taken")]
    [InlineData("unheard")]
    public async Task F2_F6_M13_A_revocation_that_is_cut_off_is_finished_by_the_reminder(string place)
    {
        await using var cluster = await Start();
        await cluster.SayWhoPays();
        var code = Assert.Single(await cluster.Codes());
        await cluster.Redeem(code);
        if (place == "stored") ledger.FailNext();
        else if (place == "taken") state.Next(FaultyState.Fault.None, FaultyState.Fault.Failed);
        else ledger.LoseNextAnswer();
        var campaign = cluster.Cluster.Client.GetGrain<IVoucherCampaignGrain>("vn/spring");
        await Assert.ThrowsAnyAsync<Exception>(() => campaign.Revoke("grace", "a mistake"));

        await cluster.Advance(TimeSpan.FromMinutes(1.1));

        await Eventually.Holds(async () => await cluster.StatusOfVoucher() == VoucherStatus.Revoked, "the credit is taken back");
        Assert.Equal([EntryKind.Credit, EntryKind.Revocation], (await cluster.Entries()).Select(entry => entry.Kind));
    }

    [Fact]
    public async Task M13_One_that_is_revoked_between_claim_and_credit_is_credited_and_taken_back()
    {
        await using var cluster = await Start();
        await cluster.SayWhoPays();
        var code = Assert.Single(await cluster.Codes());
        ledger.FailNext();
        var vouchers = cluster.Cluster.Client.GetGrain<IVouchersGrain>(cluster.Tenant.ToString());
        await Assert.ThrowsAnyAsync<Exception>(() => vouchers.Redeem(code));

        Assert.True(await cluster.Billing.RevokeCampaign("vn", "spring", "grace", "a mistake"));

        Assert.Equal([EntryKind.Credit, EntryKind.Revocation], (await cluster.Entries()).Select(entry => entry.Kind));
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(code)); // the answer that it had
        Assert.Equal("0.000000", (await cluster.Billing.GetBalance(cluster.Tenant)).Total.ToString());
    }

    private Task<BillingCluster> Start() => Redeeming.Start(setup => (setup.State, setup.Ledger) = (state.Around, ledger.Around));
}
