using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Cluster.Tests.Vouchers;

/// <summary>A voucher is redeemed once, by one tenant, for what it is worth (policy 1.4, 2.3, 2.6; M5, M11).</summary>
public sealed class RedeemTests
{
    [Fact]
    public async Task Policy_2_3_2_6_It_becomes_credit_for_its_products_until_its_end_and_is_told()
    {
        await using var cluster = await Redeeming.Start();
        var code = Assert.Single(await cluster.Codes());

        var reply = await cluster.TryToRedeem($" {code[..5].ToLowerInvariant()}-{code[5..]} ");

        Assert.Equal((RedemptionResult.Redeemed, "5.000000", Ladder.At("12:00:00")), (reply.Result, reply.Voucher!.Amount.ToString(), reply.Voucher.Expires));
        var balance = await cluster.Billing.GetBalance(cluster.Tenant);
        Assert.Equal((Currency.Usd, "5.000000", "0.000000"), (balance.Currency!.Value, balance.Voucher.ToString(), balance.Live.ToString()));
        var entry = Assert.Single(await cluster.Entries());
        Assert.Equal((EntryKind.Credit, "voucher/spring", reply.Voucher.EntryNumber), (entry.Kind, entry.Operation, entry.Number));
        Assert.Single(await cluster.Notices(NoticeKind.VoucherRedeemed));
        Assert.Empty(await cluster.Notices(NoticeKind.CreditAdded));
        Assert.Equal(VoucherStatus.Valid, await cluster.StatusOfVoucher());

        await cluster.AdvanceTo(Ladder.At("12:00:00"));
        Assert.Equal(VoucherStatus.Expired, await cluster.StatusOfVoucher());
        Assert.Equal(EntryKind.Expiry, (await cluster.Entries())[^1].Kind);
    }

    [Fact]
    public async Task M5_M11_Of_fifty_tenants_at_once_one_gets_it()
    {
        await using var cluster = await Redeeming.Start();
        var code = Assert.Single(await cluster.Codes());

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => cluster.Redeem(code, $"racer{number}")));

        Assert.Single(results, result => result == RedemptionResult.Redeemed);
        Assert.Equal(49, results.Count(result => result == RedemptionResult.NotAccepted));
        var balances = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => cluster.Billing.GetBalance(new BalanceId("vn", $"racer{number}"))));
        Assert.Equal("5.000000", balances.Aggregate(Amount.Zero, (sum, balance) => sum + balance.Total).ToString());
        Assert.Equal(1, (await cluster.Billing.FindCampaign("vn", "spring"))!.Redeemed);
    }

    [Fact]
    public async Task M5_The_same_tenant_fifty_times_at_once_and_later_again_is_credited_once_and_hears_the_same()
    {
        await using var cluster = await Redeeming.Start();
        var code = Assert.Single(await cluster.Codes());

        var replies = (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cluster.TryToRedeem(code)))).ToList();
        await cluster.AdvanceTo(Ladder.At("11:30:00")); // its window is over
        replies.Add(await cluster.TryToRedeem(code));

        Assert.Single(replies.Select(reply => (reply.Result, reply.Voucher!.Id, reply.Voucher.RedeemedAt, reply.Voucher.Expires, reply.Voucher.EntryNumber)).Distinct());
        Assert.Equal(RedemptionResult.Redeemed, replies[0].Result);
        Assert.Single(await cluster.Entries());
    }

    [Fact]
    public async Task M5_A_tenant_redeems_one_voucher_of_a_campaign_and_the_other_stays_for_others()
    {
        await using var cluster = await Redeeming.Start();
        var codes = await cluster.Codes(command: Redeeming.Spring(count: 2));
        var autumn = Assert.Single(await cluster.Codes("autumn"));

        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(codes[0]));
        Assert.Equal(RedemptionResult.CampaignUsed, await cluster.Redeem(codes[1]));
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(autumn));
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(codes[1], "t2"));

        Assert.Equal(2, (await cluster.Entries()).Length);
        Assert.Equal(["t1", "t2"], (await cluster.Billing.GetRedemptions("vn", "spring")).Select(redeemed => redeemed.Tenant));
    }

    [Fact]
    public async Task M5_Two_vouchers_of_a_campaign_at_once_are_one_for_the_tenant_and_one_for_others()
    {
        await using var cluster = await Redeeming.Start();
        var codes = await cluster.Codes(command: Redeeming.Spring(count: 2));

        var results = await Task.WhenAll(codes.Select(code => cluster.Redeem(code)));

        Assert.Equal([RedemptionResult.Redeemed, RedemptionResult.CampaignUsed], results.Order());
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(codes[Array.IndexOf(results, RedemptionResult.CampaignUsed)], "t2"));
    }

    [Fact]
    public async Task Policy_1_4_In_another_currency_it_is_refused_and_stays_for_others()
    {
        await using var cluster = await Redeeming.Start();
        var code = Assert.Single(await cluster.Codes());
        await cluster.Billing.TopUp(cluster.Tenant, new("card", Currency.Vnd, Amount.Parse("500000"), "card"));

        Assert.Equal(RedemptionResult.OtherCurrency, await cluster.Redeem(code));
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(code, "t2"));
        Assert.Single(await cluster.Entries());
    }

    [Fact]
    public async Task Policy_1_4_3_7_In_a_currency_that_nothing_can_be_priced_in_it_is_refused_and_fixes_none()
    {
        await using var cluster = await Redeeming.Start();
        var code = Assert.Single(await cluster.Codes(command: Redeeming.Spring() with { Currency = Currency.Jpy, Amount = Amount.Parse("500") }));

        Assert.Equal(RedemptionResult.NoRate, await cluster.Redeem(code));
        Assert.Null((await cluster.Billing.GetBalance(cluster.Tenant)).Currency);
        Assert.Empty(await cluster.Entries());
        Assert.Equal(0, (await cluster.Billing.FindCampaign("vn", "spring"))!.Redeemed);

        await cluster.Billing.TopUp(new("vn", "t2"), new("card", Currency.Jpy, Amount.Parse("500"), "card")); // the money is there
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(code, "t2")); // it stayed for others
    }

    [Theory]
    [InlineData("09:59:59", RedemptionResult.NotAccepted)]
    [InlineData("10:00:00", RedemptionResult.Redeemed)]
    [InlineData("10:59:59", RedemptionResult.Redeemed)]
    [InlineData("11:00:00", RedemptionResult.NotAccepted)]
    public async Task Policy_2_6_It_is_redeemed_in_its_window_alone(string at, RedemptionResult expected)
    {
        await using var cluster = await Redeeming.Start(setup => setup.Start = Ladder.At("09:00:00"));
        var code = Assert.Single(await cluster.Codes());
        await cluster.AdvanceTo(Ladder.At(at));

        Assert.Equal(expected, await cluster.Redeem(code));
    }

    [Fact]
    public async Task M11_A_code_of_one_region_is_none_of_another()
    {
        await using var cluster = await Redeeming.Start(setup =>
        {
            var billing = setup.Billing;
            setup.Billing = options =>
            {
                billing(options);
                options.Regions["jp"] = new();
            };
        });
        var code = Assert.Single(await cluster.Codes());

        Assert.Equal(RedemptionResult.NotAccepted, (await cluster.TryToRedeem(code, region: "jp")).Result);
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(code));
    }

    [Fact]
    public async Task Without_a_key_there_are_no_vouchers_and_nothing_is_a_guess()
    {
        await using var cluster = await BillingCluster.Start();
        Assert.Equal(CampaignResult.NotSetUp, (await cluster.Billing.CreateCampaign("vn", "spring", Redeeming.Spring())).Result);
        for (var guess = 0; guess < 11; guess++) Assert.Equal(RedemptionResult.NotSetUp, await cluster.Redeem(Redeeming.Wrong(guess)));
    }
}
