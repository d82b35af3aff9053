using System.Net;
using System.Text.Json;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>Operators with keys of their own put a balance right, over HTTP.</summary>
public sealed class AdjustmentTests(ITestOutputHelper output) : HostTest(output)
{
    [Fact]
    public async Task Above_the_limit_one_operator_asks_and_another_one_approves_each_known_by_a_key()
    {
        var host = await Run("Operators:Keys:grace=key-of-grace", "Operators:Keys:linus=key-of-linus", "Adjustments:ApprovalAbove:USD=10");
        var (tenant, grace, linus) = (Keep(new PortalCaller(host)), Keep(new PortalCaller(host)), Keep(new PortalCaller(host)));
        await tenant.SignIn("ada@example.com");
        await tenant.TopUp("20.00");
        var stolen = await linus.Refused(HttpMethod.Post, "/operator/session", new { name = "linus", key = "key-of-grace" });
        Assert.Equal((401, "wrong_key"), (stolen.Status, stolen.Code));
        await grace.Post<JsonElement>("/operator/session", new { name = "Grace", key = "key-of-grace" });
        await linus.Post<JsonElement>("/operator/session", new { name = "linus", key = "key-of-linus" });
        var path = $"/api/operator/tenants/{tenant.Tenant}/adjustments";

        var small = await grace.Post<Answer>(path, Adjust("credit", "10"));
        Assert.Equal(("posted", 2L), (small.Result, small.EntryNumber));
        var preview = await grace.Post<JsonElement>($"{path}/preview", Adjust("debit", "15"));
        Assert.Equal((true, "15.000000"), (preview.GetProperty("needsApproval").GetBoolean(), preview.GetProperty("total").GetString()));
        using (var kept = await grace.Send(HttpMethod.Post, path, Adjust("debit", "15"), "big")) Assert.Equal(HttpStatusCode.Accepted, kept.StatusCode);
        Assert.Equal(Amount.Parse("30"), (await tenant.Balance()).Total);

        var waiting = Assert.Single(await linus.Get<JsonElement[]>(path));
        Assert.Equal("grace", waiting.GetProperty("by").GetString());
        var approval = $"{path}/{waiting.GetProperty("adjustment").GetProperty("operation").GetString()}/approval";
        var same = await grace.Refused(HttpMethod.Post, approval);
        Assert.Equal((403, "same_operator"), (same.Status, same.Code));
        Assert.Equal("posted", (await linus.Post<Answer>(approval)).Result);
        Assert.Equal("posted", (await linus.Post<Answer>(approval)).Result);
        Assert.Equal("posted", (await grace.Post<Answer>(path, Adjust("debit", "15"), "big")).Result);

        var ledger = await tenant.Ledger();
        Assert.Equal([("adjustment", "Put right. (by grace)"), ("adjustment", "Put right. (by grace, approved by linus)")], ledger.Skip(1).Select(entry => (entry.Kind, entry.Description)));
        Assert.Equal(Amount.Parse("15"), (await tenant.Balance()).Total);
        Assert.Equal("403 forbidden", await Refused(tenant, path, Adjust("credit", "1")));
        Assert.Equal("422 invalid_reason", await Refused(grace, path, new { direction = "credit", amount = "1", currency = "USD", target = "topUp", reason = " " }));
        Assert.Equal("422 invalid_lot", await Refused(grace, path, Adjust("debit", "1", "voucher")));
        Assert.Equal("404 unknown_adjustment", await Refused(linus, $"{path}/none/approval", null));
        var campaign = new { name = "Spring", currency = "USD", amount = "6", from = DateTimeOffset.UtcNow, until = DateTimeOffset.UtcNow.AddDays(1), lifeSeconds = 3600, count = 2 };
        string id;
        using (var asked = await grace.Send(HttpMethod.Post, "/api/operator/voucher-campaigns", campaign, "spring"))
        {
            Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
            id = JsonDocument.Parse(await asked.Content.ReadAsStringAsync()).RootElement.GetProperty("campaign").GetProperty("id").GetString()!;
        }
        Assert.Equal("403 same_operator", await Refused(grace, $"/api/operator/voucher-campaigns/{id}/approval", null));
        Assert.Equal("linus", (await linus.Post<JsonElement>($"/api/operator/voucher-campaigns/{id}/approval")).GetProperty("approvedBy").GetString());
        Assert.Equal(2, (await grace.Post<JsonElement>("/api/operator/voucher-campaigns", campaign, "spring")).GetProperty("codes").GetArrayLength());
        var plans = $"/api/operator/tenants/{tenant.Tenant}/plans";
        var plan = new { name = "March", currency = "USD", credit = "10.01", payment = "partial", from = DateTimeOffset.UtcNow.AddDays(1), to = DateTimeOffset.UtcNow.AddDays(2), plan = "march" };
        using (var kept = await grace.Send(HttpMethod.Post, plans, plan, "march")) Assert.Equal(HttpStatusCode.Accepted, kept.StatusCode);
        Assert.Empty(await grace.Get<JsonElement[]>(plans));
        waiting = Assert.Single(await linus.Get<JsonElement[]>(path));
        Assert.Equal(("march", "10.010000"), (waiting.GetProperty("plan").GetProperty("plan").GetString(), waiting.GetProperty("adjustment").GetProperty("change").GetString()));
        approval = $"{path}/{waiting.GetProperty("adjustment").GetProperty("operation").GetString()}/approval";
        Assert.Equal("403 same_operator", await Refused(grace, approval, null));
        for (var times = 0; times < 2; times++) Assert.Equal(("posted", null), await linus.Post<Answer>(approval) is var made ? (made.Result, made.EntryNumber) : default);
        Assert.Equal("grace, approved by linus", (await grace.Post<JsonElement>(plans, plan, "march")).GetProperty("by").GetString());
        Assert.Equal("march", Assert.Single(await tenant.Get<JsonElement[]>("/api/plans")).GetProperty("id").GetString());
        Assert.Equal("409 plan_exists", await Refused(grace, plans, plan));
        Assert.Equal("404 unknown_tenant", await Refused(grace, "/api/operator/tenants/nobody/adjustments", Adjust("credit", "1")));
    }

    [Fact]
    public async Task Who_shares_a_key_decides_nothing_above_the_limit_and_nothing_at_all_when_it_is_another_one()
    {
        var host = await Run();
        var (tenant, ops) = (Keep(new PortalCaller(host)), Keep(new PortalCaller(host)));
        await tenant.SignIn("ada@example.com");
        await ops.SignInAsOperator(host);
        Assert.Equal("403 own_key_required", await Refused(ops, $"/api/operator/tenants/{tenant.Tenant}/adjustments", Adjust("credit", "100.01")));
        Assert.Equal("posted", (await ops.Post<Answer>($"/api/operator/tenants/{tenant.Tenant}/adjustments", Adjust("credit", "100"))).Result);
        var (credit, charge) = ($"/api/operator/tenants/{tenant.Tenant}/credits", $"/api/operator/tenants/{tenant.Tenant}/charges");
        Assert.Equal("422 approval_needed", await Refused(ops, credit, new { kind = "voucher", amount = "100.01", currency = "USD", description = "A gift." }));
        Assert.Equal("422 approval_needed", await Refused(ops, charge, new { product = "model-hub", amount = "100.01", currency = "USD", description = "A model." }));
        var campaign = new { name = "Spring", currency = "USD", amount = "10.01", from = DateTimeOffset.UtcNow, until = DateTimeOffset.UtcNow.AddDays(1), lifeSeconds = 3600, count = 10 };
        Assert.Equal("403 own_key_required", await Refused(ops, "/api/operator/voucher-campaigns", campaign));

        await host.Stop();
        File.Delete(host.OperatorKeyFile); // another one is made
        await host.Start();
        Assert.Equal(401, (await ops.Refused(HttpMethod.Get, "/operator/session")).Status);
        await ops.SignInAsOperator(host);
        Assert.NotEmpty(await ops.Get<JsonElement[]>("/api/operator/tenants"));
    }

    private static object Adjust(string direction, string amount, string target = "topUp") => new { direction, amount, currency = "USD", target, reason = "Put right." };

    private static async Task<string> Refused(PortalCaller caller, string path, object? body)
    {
        var refusal = await caller.Refused(HttpMethod.Post, path, body);
        return $"{refusal.Status} {refusal.Code}";
    }

    private sealed record Answer(string Adjustment, string Result, long? EntryNumber);
}
