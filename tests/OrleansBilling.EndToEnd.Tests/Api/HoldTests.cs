using System.Globalization;
using OrleansBilling.EndToEnd.Tests.Ledger;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Api;

public sealed class HoldTests(ITestOutputHelper output) : HostTest(output)
{
    [Fact]
    public async Task Policy_4_11_A_hold_keeps_a_deletion_from_happening_until_it_is_released()
    {
        var host = await Run("Clock:Speed=360", "Platform:Create=00:00:01", "Platform:Stop=00:00:01", "Platform:Delete=00:00:01");
        var (tenant, grace) = (Keep(new PortalCaller(host)), Keep(new PortalCaller(host)));
        await tenant.SignIn("ada@example.com");
        await grace.SignInAsOperator(host);
        await tenant.TopUp("9.00");
        var vm = (await tenant.CreateVm()).Id;
        await tenant.VmReaches(vm, "running");

        string[] actions = ["deletion"]; // stops are not held
        var path = $"/api/operator/tenants/{tenant.Tenant}";
        var until = (await tenant.Balance()).AsOf.AddDays(2).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var hold = await grace.Post<HoldAnswer>($"{path}/holds", new { actions, reason = "A payment is on its way.", until });
        await grace.Post<PostingAnswer>($"{path}/charges", new { product = "model-hub", amount = "10.00", currency = "USD", description = "A model." });
        await tenant.VmReaches(vm, "stopped");

        var held = await tenant.Balance();
        Assert.Null(held.DeletionAt); // it will not come while the hold is there
        var due = held.NegativeSince!.Value.AddMinutes(30);
        await TenantCalls.Until(tenant.Balance, now => now.AsOf > due.AddMinutes(10), "the deletion is overdue");
        var audit = new LedgerAudit(host.LedgerFile);
        Assert.Equal("stopped", (await tenant.Vm(vm)).Status);
        Assert.DoesNotContain(audit.Orders(), order => order.Kind == "Delete");

        var released = (await tenant.Balance()).AsOf;
        using (var answer = await grace.Send(HttpMethod.Delete, $"{path}/holds/{hold.Id}", null, PortalCaller.NewKey())) Assert.True(answer.IsSuccessStatusCode);
        await tenant.VmReaches(vm, "deleted");
        Assert.True(Assert.Single(audit.Orders(), order => order.Kind == "Delete").At >= released);
        Assert.NotEqual(0, audit.Verify());
    }

    private sealed record HoldAnswer(string Id, string[] Actions, string Reason, string By);
}
