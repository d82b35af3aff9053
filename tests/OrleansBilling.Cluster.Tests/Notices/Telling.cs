using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Cluster.Tests.Notices;

/// <summary>What a test of notices does again and again.</summary>
internal static class Telling
{
    /// <summary>Lets silos look for deliveries many times a second, and endpoints be on this machine.</summary>
    public static void Sending(ClusterSetup setup)
    {
        var billing = setup.Billing;
        setup.Billing = options =>
        {
            billing(options);
            options.Notices.LookEvery = TimeSpan.FromMilliseconds(20);
            options.Notices.Webhooks.AllowLoopback = true;
            options.Notices.Webhooks.Timeout = TimeSpan.FromMinutes(1);
        };
    }

    /// <summary>Sets whom the tenant wants to be told.</summary>
    public static Task<bool> Tell(this BillingCluster cluster, params string[] recipients) =>
        cluster.Billing.Watch(cluster.Tenant, new WatchBalance("watch", null, recipients));

    /// <summary>Sets the endpoint of a tenant; returns its secret.</summary>
    public static async Task<string> TellAt(this BillingCluster cluster, string address)
    {
        var reply = await cluster.Billing.SetWebhook(cluster.Tenant, new SetWebhook("hook", address));
        Assert.Equal(WebhookResult.Done, reply.Result);
        return reply.Secret!;
    }

    /// <summary>Pays in, in an unnamed tenant's stead.</summary>
    public static Task<PostingReply> TopUpOf(this BillingCluster cluster, string tenant, string amount) =>
        cluster.Billing.TopUp(new("vn", tenant), new TopUp(Guid.NewGuid().ToString("N"), Currency.Usd, Amount.Parse(amount), "test"));

    /// <summary>The deliveries, oldest first.</summary>
    public static async Task<DeliveryView[]> Deliveries(this BillingCluster cluster) =>
        [.. (await cluster.Billing.GetDeliveries(cluster.Tenant, limit: 200)).Reverse()];

    /// <summary>Waits until a delivery is as wanted.</summary>
    public static async Task<DeliveryView> Reaches(this BillingCluster cluster, string what, Func<DeliveryView, bool> wanted)
    {
        DeliveryView? found = null;
        await Eventually.Holds(async () => (found = (await cluster.Deliveries()).FirstOrDefault(wanted)) is not null, what);
        return found!;
    }
}
