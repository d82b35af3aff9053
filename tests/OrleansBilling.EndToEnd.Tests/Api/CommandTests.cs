using System.Net;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Api;

public sealed class CommandTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    [Fact]
    public async Task A_command_without_an_Idempotency_Key_is_refused_and_not_done()
    {
        var tenant = await NewTenant();
        await tenant.TopUp("10.00");
        (HttpMethod Method, string Path, object Body)[] commands =
        [
            (HttpMethod.Post, "/api/top-ups", new { amount = "1.00", currency = "USD" }), (HttpMethod.Post, "/api/vms", new { package = "1xH100", name = "training" }),
            (HttpMethod.Put, "/api/alerts", new { threshold = "1.00", recipients = Array.Empty<string>() }), (HttpMethod.Post, "/api/vms/vm-1/power-off", new { }),
        ];
        foreach (var (method, path, body) in commands)
        {
            using var answer = await tenant.Send(method, path, body);
            var refusal = await PortalCaller.RefusalOf(answer);
            Assert.Equal((400, "idempotency_key_required"), (refusal.Status, refusal.Code));
        }
        Assert.Equal((400, "invalid_idempotency_key"), await Told(tenant, "/api/top-ups", """{"amount":"1.00","currency":"USD"}""", "not a key"));
        Assert.Single(await tenant.Ledger());
        Assert.Empty(await tenant.Get<VmAnswer[]>("/api/vms"));
    }

    [Fact]
    public async Task M5_The_same_key_again_gets_the_same_answer_and_with_other_content_is_refused()
    {
        var tenant = await NewTenant();
        var key = PortalCaller.NewKey();
        var first = await tenant.TopUp("10.00", key);
        var again = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => tenant.TopUp("10.00", key)));
        Assert.All(again, answer => Assert.Equal(first, answer));
        var other = await tenant.Refused(HttpMethod.Post, "/api/top-ups", new { amount = "11.00", currency = "USD" }, key);
        Assert.Equal((409, "idempotency_key_reused"), (other.Status, other.Code));
        Assert.Equal(Amount.Parse("10.00"), Assert.Single(await tenant.Ledger()).Change);

        var create = PortalCaller.NewKey();
        var vm = await tenant.Post<VmAnswer>("/api/vms", new { package = "1xH100", name = "training" }, create);
        var same = await tenant.Post<VmAnswer>("/api/vms", new { package = "1xH100", name = "training" }, create);
        Assert.Equal(vm.Id, same.Id);
        var another = await tenant.Refused(HttpMethod.Post, "/api/vms", new { package = "1xH100", name = "another" }, create);
        Assert.Equal((409, "idempotency_key_reused"), (another.Status, another.Code));
        Assert.Single(await tenant.Get<VmAnswer[]>("/api/vms"));
    }

    [Fact]
    public async Task M5_The_same_key_of_two_tenants_is_two_commands()
    {
        var (one, two) = (await NewTenant(), await NewTenant());
        var key = PortalCaller.NewKey();
        await one.TopUp("1.00", key);
        await two.TopUp("2.00", key);
        Assert.Equal((Amount.Parse("1.00"), Amount.Parse("2.00")), ((await one.Balance()).Total, (await two.Balance()).Total));
    }

    [Theory]
    [InlineData("{\"amount\":", 400, "malformed_body")]
    [InlineData("[]", 400, "malformed_body")]
    [InlineData("", 400, "malformed_body")]
    [InlineData("{\"amount\":\"3.00\",\"currency\":\"USD\",\"tenant\":\"somebody\"}", 400, "malformed_body")]
    [InlineData("{\"amount\":3.00,\"currency\":\"USD\"}", 422, "invalid_amount")]
    [InlineData("{\"amount\":\"3.0000001\",\"currency\":\"USD\"}", 422, "invalid_amount")]
    [InlineData("{\"amount\":\"1e3\",\"currency\":\"USD\"}", 422, "invalid_amount")]
    [InlineData("{\"amount\":\"-3.00\",\"currency\":\"USD\"}", 422, "invalid_amount")]
    [InlineData("{\"amount\":\"0\",\"currency\":\"USD\"}", 422, "invalid_amount")]
    [InlineData("{\"amount\":\"3.00\",\"currency\":\"EUR\"}", 422, "invalid_currency")]
    public async Task A_body_that_is_not_as_described_is_refused_with_a_reason(string body, int status, string code)
    {
        var tenant = await NewTenant();
        Assert.Equal((status, code), await Told(tenant, "/api/top-ups", body, PortalCaller.NewKey()));
        Assert.Empty(await tenant.Ledger());
    }

    [Fact]
    public async Task Errors_outside_of_every_route_are_problems_too()
    {
        var tenant = await NewTenant();
        Assert.Equal((404, "unknown_route"), await Told(tenant, "/api/nowhere", "{}", PortalCaller.NewKey()));
        Assert.Equal((405, "method_not_allowed"), await Told(tenant, "/api/balance", "{}", PortalCaller.NewKey()));
        Assert.Equal((413, "body_too_large"), await Told(tenant, "/api/vms", $$"""{"package":"1xH100","name":"{{new string('x', 70_000)}}"}""", PortalCaller.NewKey()));
        Assert.Equal((421, "unknown_region"), await Told(Stranger("localhost"), "/api/session", """{"email":"ada@example.com"}""", PortalCaller.NewKey()));
        Assert.Equal((404, "unknown_package"), await Told(tenant, "/api/vms", """{"package":"1xH200","name":"training"}""", PortalCaller.NewKey()));
    }

    [Fact]
    public async Task Policy_1_4_A_credit_in_another_currency_is_refused()
    {
        var tenant = await NewTenant();
        await tenant.TopUp("1.00");
        var refusal = await tenant.Refused(HttpMethod.Post, "/api/top-ups", new { amount = "1.00", currency = "JPY" });
        Assert.Equal((409, "other_currency"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task Policy_2_9_4_2_A_refusal_names_the_credits_that_did_not_count()
    {
        var (tenant, ops) = (await NewTenant(), await NewOperator());
        string[] products = ["ai-notebook"];
        await tenant.TopUp("1.00");
        await ops.Post<PostingAnswer>(
            $"/api/operator/tenants/{tenant.Tenant}/credits", new { kind = "voucher", amount = "9.00", currency = "USD", description = "For notebooks.", products, lot = "notebooks" });

        var refusal = await tenant.Refused(HttpMethod.Post, "/api/vms", new { package = "1xH100", name = "training" });
        Assert.Equal(
            (402, Amount.Parse("2.54"), Amount.Parse("1.00"), Amount.Parse("1.54")),
            (refusal.Status, refusal.Amount("need"), refusal.Amount("have"), refusal.Amount("shortfall")));
        Assert.Equal("notebooks", Assert.Single(refusal.Problem.GetProperty("notCounted").EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_VM_goes_through_its_life_as_it_is_asked_to()
    {
        var tenant = await NewTenant();
        await tenant.TopUp("10.00");
        var vm = (await tenant.CreateVm("training")).Id;
        await tenant.VmReaches(vm, "running");
        Assert.Equal("renamed", (await tenant.Patch<VmAnswer>($"/api/vms/{vm}", new { name = "renamed", locked = true })).Name);
        await tenant.Post<VmAnswer>($"/api/vms/{vm}/power-off");
        Assert.False((await tenant.VmReaches(vm, "stopped")).StoppedAutomatically);
        var wrong = await tenant.Refused(HttpMethod.Post, $"/api/vms/{vm}/reboot");
        Assert.Equal((409, "wrong_status", "stopped"), (wrong.Status, wrong.Code, wrong.Problem.GetProperty("vmStatus").GetString()));
        await tenant.Post<VmAnswer>($"/api/vms/{vm}/power-on");
        await tenant.VmReaches(vm, "running");
        var locked = await tenant.Refused(HttpMethod.Delete, $"/api/vms/{vm}");
        Assert.Equal((409, "locked"), (locked.Status, locked.Code));
        await tenant.Patch<VmAnswer>($"/api/vms/{vm}", new { locked = false });
        using (var answer = await tenant.Send(HttpMethod.Delete, $"/api/vms/{vm}", null, PortalCaller.NewKey())) Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);

        var usage = await tenant.Usage(vm);
        var billed = new Ledger.StatusTimeline(usage.History);
        var end = billed.First("deleting");
        Assert.Equal(billed.SecondsUntil(end), usage.Totals.Seconds); // policy 3.10: the last charge at once
        Assert.Equal(billed.CostUntil(end, 2_540_000), usage.Totals.Charged);
    }

    private static async Task<(int, string)> Told(PortalCaller caller, string path, string body, string key)
    {
        using var answer = await caller.SendText(HttpMethod.Post, path, body, key);
        var refusal = await PortalCaller.RefusalOf(answer);
        return (refusal.Status, refusal.Code);
    }
}
