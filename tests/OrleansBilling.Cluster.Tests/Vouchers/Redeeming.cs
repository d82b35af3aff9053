using OrleansBilling.Cluster.Tests.Payments;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Cluster.Tests.Vouchers;

/// <summary>What a test of vouchers does again and again.</summary>
internal static class Redeeming
{
    public const string Key = "a key of the tests, which is long enough";

    public static Task<BillingCluster> Start(Action<ClusterSetup>? configure = null, Action<Grains.Vouchers.VoucherOptions>? vouchers = null) => BillingCluster.Start(setup =>
    {
        var billing = setup.Billing;
        setup.Billing = options =>
        {
            billing(options);
            options.Vouchers.Key = Key;
            options.ApprovalAbove["USD"] = "1000";
            vouchers?.Invoke(options.Vouchers);
        };
        configure?.Invoke(setup);
    });

    /// <summary>A campaign of $5 for notebooks, redeemed for an hour from 10:00, whose credit lives for two hours.</summary>
    public static CreateCampaign Spring(int count = 1) => new(
        "Spring", Currency.Usd, Amount.Parse("5"), ["ai-notebook"], Ladder.At("10:00:00"), Ladder.At("11:00:00"), TimeSpan.FromHours(2), count, "grace");

    public static async Task<string[]> Codes(this BillingCluster cluster, string campaign = "spring", CreateCampaign? command = null)
    {
        var reply = await cluster.Billing.CreateCampaign("vn", campaign, command ?? Spring());
        Assert.Equal(CampaignResult.Created, reply.Result);
        return reply.Codes;
    }

    /// <summary>Of a tenant that has said who pays, which is asked before the first redemption.</summary>
    public static async Task<RedemptionReply> TryToRedeem(this BillingCluster cluster, string code, string tenant = "t1", string region = "vn")
    {
        var balance = new BalanceId(region, tenant);
        if (await cluster.Billing.FindBillingProfile(balance) is null) await cluster.SayWhoPays(balance);
        return await cluster.Billing.RedeemVoucher(balance, code);
    }

    public static async Task<RedemptionResult> Redeem(this BillingCluster cluster, string code, string tenant = "t1") => (await cluster.TryToRedeem(code, tenant)).Result;

    /// <summary>Ends every activation that has to do with vouchers.</summary>
    public static async Task EndVoucherGrains(this BillingCluster cluster)
    {
        var client = cluster.Cluster.Client;
        var alive = await client.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        var ended = alive.Select(one => one.GrainId).Where(id => id.Type.ToString()!.StartsWith("voucher", StringComparison.Ordinal)).Distinct().ToList();
        Assert.True(ended.Count >= 4, string.Join(' ', alive.Select(one => one.GrainId)));
        foreach (var id in ended) await cluster.Cluster.DeactivateAsync(client.GetGrain<IVouchersGrain>(id));
    }

    /// <summary>A code that nobody was given.</summary>
    public static string Wrong(int number) => $"WRONG{number:00000}";

    public static async Task<VoucherStatus> StatusOfVoucher(this BillingCluster cluster) => Assert.Single(await cluster.Billing.GetVouchers(cluster.Tenant)).Status;
}
