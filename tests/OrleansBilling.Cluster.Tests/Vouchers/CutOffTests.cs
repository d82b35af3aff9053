using OrleansBilling.Cluster.Tests.Payments;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Cluster.Tests.Vouchers;

/// <summary>Claimed, credited, noted: cut off anywhere in between, the voucher is credited exactly once (M5, M13; F2, F6).</summary>
public sealed class CutOffTests
{
    private readonly FaultyState state = new("voucher");
    private readonly FaultyLedger ledger = new();

    public static TheoryData<string> Places => ["claim failed", "claim unheard", "credit failed", "credit unheard", "note failed", "note unheard"];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task F2_F6_M13_What_is_cut_off_and_asked_again_is_credited_once(string place)
    {
        await using var cluster = await Start();
        await cluster.SayWhoPays();
        var code = Assert.Single(await cluster.Codes());
        CutOff(place);

        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(code)); // the client asks again

        Assert.Single(await cluster.Entries());
        Assert.Equal(RedemptionResult.NotAccepted, await cluster.Redeem(code, "t2"));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task F2_F6_M13_What_is_cut_off_and_not_asked_again_is_credited_once_if_it_was_claimed(string place)
    {
        await using var cluster = await Start();
        await cluster.SayWhoPays();
        var code = Assert.Single(await cluster.Codes());
        CutOff(place);
        var vouchers = cluster.Cluster.Client.GetGrain<IVouchersGrain>(cluster.Tenant.ToString());
        await Assert.ThrowsAnyAsync<Exception>(() => vouchers.Redeem(code));

        await cluster.Advance(TimeSpan.FromMinutes(1.1));

        if (place == "claim failed")
        {
            Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(code, "t2"));
            Assert.Empty(await cluster.Entries());
            return;
        }
        await Eventually.Holds(async () => (await cluster.Billing.FindCampaign("vn", "spring"))!.Redeemed == 1, "the redemption is counted");
        Assert.Single(await cluster.Entries());
        Assert.Equal(RedemptionResult.NotAccepted, await cluster.Redeem(code, "t2"));
    }

    [Fact]
    public async Task M13_A_credit_that_nobody_came_to_post_for_its_whole_life_lives_from_when_somebody_does()
    {
        await using var cluster = await Start();
        await cluster.SayWhoPays();
        var code = Assert.Single(await cluster.Codes());
        CutOff("credit failed");
        var vouchers = cluster.Cluster.Client.GetGrain<IVouchersGrain>(cluster.Tenant.ToString());
        await Assert.ThrowsAnyAsync<Exception>(() => vouchers.Redeem(code));

        cluster.Clock.AdvanceTo(Ladder.At("13:00:00"));
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(code));

        Assert.Equal(Ladder.At("15:00:00"), Assert.Single(await cluster.Billing.GetVouchers(cluster.Tenant)).Expires);
        Assert.Equal(EntryKind.Credit, Assert.Single(await cluster.Entries()).Kind);
    }

    [Fact]
    public async Task C1_What_is_stored_of_a_voucher_outlives_its_activation()
    {
        await using var cluster = await Redeeming.Start(setup => setup.OnDisk = true);
        var code = Assert.Single(await cluster.Codes());
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(code));
        await cluster.EndVoucherGrains();

        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(code));
        Assert.Equal(RedemptionResult.NotAccepted, await cluster.Redeem(code, "t2"));
        Assert.Single(await cluster.Entries());
        Assert.Equal((1, 1), ((await cluster.Billing.FindCampaign("vn", "spring"))!.Count, (await cluster.Billing.FindCampaign("vn", "spring"))!.Redeemed));
    }

    private Task<BillingCluster> Start() => Redeeming.Start(setup => (setup.State, setup.Ledger) = (state.Around, ledger.Around));

    private void CutOff(string place)
    {
        switch (place)
        {
            case "claim failed": state.Next(FaultyState.Fault.Failed); break;
            case "claim unheard": state.Next(FaultyState.Fault.Unheard); break;
            case "credit failed": ledger.FailNext(); break;
            case "credit unheard": ledger.LoseNextAnswer(); break;
            case "note failed": state.Next(FaultyState.Fault.None, FaultyState.Fault.Failed); break;
            default: state.Next(FaultyState.Fault.None, FaultyState.Fault.Unheard); break;
        }
    }
}
