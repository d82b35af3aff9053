using System.Diagnostics;

namespace OrleansBilling.EndToEnd.Tests.Portal;

/// <summary>What the tests ask for again and again.</summary>
internal static class TenantCalls
{
    public static Task<PostingAnswer> TopUp(this PortalCaller tenant, string amount, string? key = null) =>
        tenant.Post<PostingAnswer>("/api/top-ups", new { amount, currency = "USD" }, key);

    /// <summary>Says who pays, which is asked before the first payment.</summary>
    public static async Task<PortalCaller> SayWhoPays(this PortalCaller tenant)
    {
        await tenant.Put<ProfileAnswer>("/api/billing-profile", ProfileAnswer.Of("Ada Lovelace"));
        return tenant;
    }

    public static Task<VmAnswer> CreateVm(this PortalCaller tenant, string name = "training", string package = "1xH100") =>
        tenant.Post<VmAnswer>("/api/vms", new { package, name });

    public static Task<BalanceAnswer> Balance(this PortalCaller tenant) => tenant.Get<BalanceAnswer>("/api/balance");

    public static Task<VmAnswer> Vm(this PortalCaller tenant, string vm) => tenant.Get<VmAnswer>($"/api/vms/{vm}");

    public static Task<UsageAnswer> Usage(this PortalCaller tenant, string vm) => tenant.Get<UsageAnswer>($"/api/vms/{vm}/usage?limit=500");

    public static Task<NoticeAnswer[]> Notices(this PortalCaller tenant) => tenant.Get<NoticeAnswer[]>("/api/notices?limit=200");

    /// <summary>The whole ledger, oldest first.</summary>
    public static async Task<EntryAnswer[]> Ledger(this PortalCaller tenant)
    {
        var entries = new List<EntryAnswer>();
        for (var before = ""; ;)
        {
            var page = await tenant.Get<LedgerAnswer>($"/api/ledger?limit=500{before}");
            entries.AddRange(page.Entries);
            if (page.Before is null) break;
            before = $"&before={page.Before}";
        }
        entries.Reverse();
        return [.. entries];
    }

    /// <summary>Waits for a VM to reach a status.</summary>
    public static Task<VmAnswer> VmReaches(this PortalCaller tenant, string vm, string status, TimeSpan? within = null) =>
        Until(() => tenant.Vm(vm), now => now.Status == status, $"the VM is {status}", within);

    /// <summary>Asks again and again until the answer is as wanted. The limit is only there to end a test that would never end.</summary>
    public static async Task<T> Until<T>(Func<Task<T>> ask, Func<T, bool> wanted, string what, TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromSeconds(60);
        for (var waited = Stopwatch.StartNew(); ;)
        {
            var answer = await ask();
            if (wanted(answer)) return answer;
            Assert.True(waited.Elapsed < limit, $"Not within {limit}: {what}. Last answer: {answer}");
            await Task.Delay(150);
        }
    }
}
