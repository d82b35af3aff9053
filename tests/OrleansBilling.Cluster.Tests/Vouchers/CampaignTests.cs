using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains;

namespace OrleansBilling.Cluster.Tests.Vouchers;

/// <summary>Campaigns: as many codes as asked for, shown once, kept nowhere (policy 2.3; M5).</summary>
public sealed class CampaignTests
{
    [Fact]
    public async Task M5_The_same_command_is_the_same_campaign_with_the_same_codes_and_other_content_is_refused()
    {
        await using var cluster = await Redeeming.Start();
        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => cluster.Billing.CreateCampaign("vn", "spring", Redeeming.Spring(count: 120))));

        Assert.All(replies, reply => Assert.Equal(replies[0].Codes, reply.Codes));
        Assert.Equal(120, replies[0].Codes.Distinct().Count());
        Assert.All(replies[0].Codes, code => Assert.Equal(code, VoucherCode.Read(code)));
        Assert.Equal(CampaignResult.OperationReused, (await cluster.Billing.CreateCampaign("vn", "spring", Redeeming.Spring(count: 121))).Result);
        Assert.Equal(CampaignResult.Created, (await cluster.Billing.CreateCampaign("vn", "spring", Redeeming.Spring(count: 120) with { By = "another" })).Result);
        var campaign = Assert.Single(await cluster.Billing.GetCampaigns("vn"));
        Assert.Equal((120, 0, 0, "grace"), (campaign.Count, campaign.Redeemed, campaign.Revoked, campaign.CreatedBy));
    }

    [Fact]
    public async Task Policy_2_3_Codes_are_shown_once_and_stored_nowhere()
    {
        var kept = new KeptText();
        await using var cluster = await Redeeming.Start(setup => setup.State = kept.Around);
        var code = Assert.Single(await cluster.Codes());
        await cluster.Redeem(code);
        await cluster.EndVoucherGrains();

        var again = await cluster.Billing.CreateCampaign("vn", "spring", Redeeming.Spring());

        Assert.Equal((CampaignResult.Created, 0), (again.Result, again.Codes.Length));
        Assert.Contains("spring", kept.All, StringComparison.OrdinalIgnoreCase); // it does look at what is stored
        Assert.DoesNotContain(code, kept.All, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Redeeming.Key, kept.All, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("voucher", 7)]
    [InlineData("voucher-campaign", 0)]
    [InlineData("voucher-campaign", 1)]
    public async Task F2_M13_One_that_is_cut_off_while_it_is_made_is_made_by_the_repetition(string name, int sound)
    {
        var state = new FaultyState(name);
        await using var cluster = await Redeeming.Start(setup => setup.State = state.Around);
        state.Next([.. Enumerable.Repeat(FaultyState.Fault.None, sound), FaultyState.Fault.Failed]);

        var codes = await cluster.Codes(command: Redeeming.Spring(count: 20));

        Assert.Equal(20, codes.Length);
        for (var number = 0; number < 20; number++) Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(codes[number], $"t{number}"));
        Assert.Equal((20, 20), (await cluster.Billing.FindCampaign("vn", "spring") is { } campaign ? (campaign.Count, campaign.Redeemed) : default));
    }

    [Fact]
    public async Task A_campaign_above_the_limit_has_no_codes_before_a_second_operator_approves()
    {
        await using var cluster = await Redeeming.Start();
        var command = Redeeming.Spring(count: 2) with { Amount = Amount.Parse("500.000001"), HasOwnKey = true }; // above 1000 together
        ActingOperator linus = new("linus", HasOwnKey: true);
        Assert.Equal(CampaignResult.OwnKeyRequired, (await cluster.Billing.CreateCampaign("vn", "spring", command with { HasOwnKey = false })).Result);
        Assert.Equal(CampaignResult.Unknown, (await cluster.Billing.ApproveCampaign("vn", "spring", linus)).Result);

        var asked = await cluster.Billing.CreateCampaign("vn", "spring", command);
        Assert.Equal((CampaignResult.AwaitingApproval, 2, true, 0), (asked.Result, asked.Campaign!.Count, asked.Campaign.AwaitsApproval, asked.Codes.Length));
        Assert.Equal(CampaignResult.OperationReused, (await cluster.Billing.CreateCampaign("vn", "spring", command with { Count = 3 })).Result);
        Assert.Equal(CampaignResult.SameOperator, (await cluster.Billing.ApproveCampaign("vn", "spring", new ActingOperator("Grace", true))).Result);
        Assert.Equal(CampaignResult.OwnKeyRequired, (await cluster.Billing.ApproveCampaign("vn", "spring", linus with { HasOwnKey = false })).Result);
        Assert.Equal(CampaignResult.AwaitingApproval, (await cluster.Billing.CreateCampaign("vn", "spring", command)).Result);

        for (var times = 0; times < 2; times++) Assert.Empty((await cluster.Billing.ApproveCampaign("vn", "spring", linus)).Codes);
        foreach (var by in new[] { "linus", "ada" })
        {
            var others = await cluster.Billing.CreateCampaign("vn", "spring", command with { By = by }); // the very command, with its id
            Assert.Equal((CampaignResult.OperationReused, 0), (others.Result, others.Codes.Length));
        }
        var codes = await cluster.Codes(command: command);
        Assert.Equal(2, codes.Length);
        Assert.Empty((await cluster.Billing.CreateCampaign("vn", "spring", command with { By = "linus" })).Codes);
        Assert.Equal(RedemptionResult.Redeemed, await cluster.Redeem(codes[0]));
        var made = (await cluster.Billing.FindCampaign("vn", "spring"))!;
        Assert.Equal(("grace", "linus", false, 2, 1), (made.CreatedBy, made.ApprovedBy, made.AwaitsApproval, made.Count, made.Redeemed));
    }

    [Fact]
    public async Task A_campaign_that_is_revoked_while_it_waits_cannot_be_approved()
    {
        await using var cluster = await Redeeming.Start();
        var command = Redeeming.Spring(count: 201) with { HasOwnKey = true };
        await cluster.Billing.CreateCampaign("vn", "spring", command);
        Assert.True(await cluster.Billing.RevokeCampaign("vn", "spring", "grace", "a mistake"));
        Assert.Equal(CampaignResult.Unknown, (await cluster.Billing.ApproveCampaign("vn", "spring", new ActingOperator("linus", true))).Result);
        Assert.Empty(await cluster.Codes(command: command));
    }

    [Fact]
    public async Task Terms_that_make_no_sense_are_the_callers_mistake()
    {
        await using var cluster = await Redeeming.Start();
        CreateCampaign[] wrong =
        [
            Redeeming.Spring() with { Amount = Amount.Zero }, Redeeming.Spring() with { Until = Ladder.At("10:00:00") }, Redeeming.Spring() with { Life = TimeSpan.Zero },
            Redeeming.Spring(count: 0), Redeeming.Spring(count: 1001), Redeeming.Spring() with { Name = " " },
        ];
        foreach (var command in wrong) await Assert.ThrowsAsync<ArgumentException>(() => cluster.Billing.CreateCampaign("vn", "spring", command));
        Assert.Null(await cluster.Billing.FindCampaign("vn", "spring"));
    }

    [Theory]
    [InlineData("too short to be a secret")]
    public void A_short_key_is_refused_and_not_told(string key)
    {
        var options = new BillingOptions();
        options.Vouchers.Key = key;
        Assert.DoesNotContain(key, Assert.Throws<ArgumentException>(() => options.Checked()).Message, StringComparison.Ordinal);
    }
}
