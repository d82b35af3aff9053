using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Support;

/// <summary>Example 5 of the policy: $3.00, one 1×H100 Running from 10:00:00.</summary>
internal static class Ladder
{
    public static readonly DateTimeOffset Start = At("10:00:00");
    public static readonly DateTimeOffset Low = At("10:10:52");
    public static readonly DateTimeOffset Exhausted = At("11:10:52");
    public static readonly DateTimeOffset Deletion = At("11:40:52");

    public static DateTimeOffset At(string time) => new(new DateOnly(2026, 3, 2), TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero);

    /// <summary>The example at its beginning, with the VM <c>a</c>.</summary>
    public static async Task<BillingCluster> Begin(Action<ClusterSetup>? configure = null, string topUp = "3")
    {
        var cluster = await BillingCluster.Start(configure);
        await cluster.TopUp(topUp);
        await cluster.Create("a");
        return cluster;
    }

    /// <summary>The same on a platform in the test's hands.</summary>
    public static async Task<BillingCluster> Begin(HandPlatform platform, Action<ClusterSetup>? configure = null, string topUp = "3")
    {
        var cluster = await Begin(
            setup =>
            {
                setup.Services = services => services.AddPlatform(platform);
                configure?.Invoke(setup);
            },
            topUp);
        await platform.Confirm(cluster, VmRequest.Create, "a");
        return cluster;
    }

    /// <summary>Lets the sweep look ten times a second.</summary>
    public static void Sweeping(ClusterSetup setup)
    {
        var billing = setup.Billing;
        setup.Billing = options =>
        {
            billing(options);
            options.SweepEvery = TimeSpan.FromMilliseconds(100);
        };
    }

    public static async Task<VmStatus> StatusOf(this BillingCluster cluster, string vm) => (await cluster.Billing.FindVm(cluster.Tenant, vm))!.Status;

    public static async Task<NoticeView[]> Notices(this BillingCluster cluster, NoticeKind kind) =>
        [.. (await cluster.Billing.GetNotices(cluster.Tenant, limit: 500)).Where(notice => notice.Kind == kind).Reverse()];

    /// <summary>The whole ledger, oldest first.</summary>
    public static async Task<EntryView[]> Entries(this BillingCluster cluster) =>
        [.. (await cluster.Billing.GetLedger(cluster.Tenant, new LedgerQuery { Limit = 500 })).Entries.Reverse()];

    /// <summary>Everything that moves money of a VM: instant, change and seconds.</summary>
    public static async Task<string[]> Charges(this BillingCluster cluster, string vm) =>
        [.. (await cluster.Entries()).Where(entry => entry.Vm?.Id == vm).Select(entry => $"{entry.At:HH:mm:ss} {entry.Change} {entry.Vm!.Seconds}s")];
}
