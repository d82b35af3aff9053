using System.Net;
using System.Text.Json;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Api;

public sealed class OperatorTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    private static readonly string[] routes = ["/api/operator/tenants", "/api/operator/orders", "/api/operator/deletions", "/api/operator/holds", "/api/operator/voucher-campaigns", "/api/operator/voucher-locks", "/api/operator/payments/stuck", "/operator/session", "/dashboard"];

    [Fact]
    public async Task What_is_for_operators_is_401_for_strangers_403_for_tenants_and_200_for_operators()
    {
        var (stranger, tenant, ops) = (Stranger(), await NewTenant(), await NewOperator());
        foreach (var route in routes)
        {
            Assert.Equal((route, HttpStatusCode.Unauthorized), (route, await Status(stranger, route)));
            Assert.Equal((route, HttpStatusCode.Forbidden), (route, await Status(tenant, route)));
            Assert.Equal((route, HttpStatusCode.OK), (route, await Status(ops, route)));
        }
    }

    [Fact]
    public async Task A_tenant_cannot_command_as_an_operator()
    {
        var tenant = await NewTenant();
        foreach (var route in new[] { "/api/operator/holds", "/api/operator/prices", "/api/operator/voucher-campaigns", $"/api/operator/tenants/{tenant.Tenant}/credits", $"/api/operator/tenants/{tenant.Tenant}/holds", "/api/operator/payments/p/settlement" })
        {
            var refusal = await tenant.Refused(HttpMethod.Post, route, new { });
            Assert.Equal((403, "forbidden"), (refusal.Status, refusal.Code));
        }
    }

    [Fact]
    public async Task A_wrong_key_opens_nothing()
    {
        var stranger = Stranger();
        var refusal = await stranger.Refused(HttpMethod.Post, "/operator/session", new { name = "mallory", key = "guessed" });
        Assert.Equal((401, "wrong_key"), (refusal.Status, refusal.Code));
        Assert.Equal("", stranger.CookieHeader);
    }

    [Fact]
    public async Task M5_Policy_4_11_A_key_whose_hold_has_ended_is_told_so_and_holds_nothing_again()
    {
        var (tenant, ops) = (await NewTenant(), await NewOperator());
        foreach (var path in new[] { $"/api/operator/tenants/{tenant.Tenant}/holds", "/api/operator/holds" })
        {
            var (key, wish) = (PortalCaller.NewKey(), new { actions = new[] { "deletion" }, reason = "An incident.", until = DateTimeOffset.UtcNow.AddHours(1) });
            var hold = (await ops.Post<JsonElement>(path, wish, key)).GetProperty("id").GetString();
            Assert.Equal(hold, (await ops.Post<JsonElement>(path, wish, key)).GetProperty("id").GetString());
            using (var released = await ops.Send(HttpMethod.Delete, $"{path}/{hold}", null, PortalCaller.NewKey())) Assert.Equal(HttpStatusCode.NoContent, released.StatusCode);

            foreach (var again in new[] { wish, wish with { reason = "Another incident." } })
            {
                var refusal = await ops.Refused(HttpMethod.Post, path, again, key);
                Assert.Equal((path, 409, "hold_ended"), (path, refusal.Status, refusal.Code));
            }
            // Nothing is there that could be released.
            Assert.Equal("unknown_hold", (await ops.Refused(HttpMethod.Delete, $"{path}/{hold}")).Code);
        }
        Assert.Empty((await tenant.Get<JsonElement>("/api/balance")).GetProperty("holds").EnumerateArray());
    }

    [Fact]
    public async Task An_operator_looks_only_into_the_region_of_the_host()
    {
        var tenant = await NewTenant(Vietnam);
        await tenant.TopUp("1.00");
        Assert.Contains(tenant.Tenant, await Tenants(await NewOperator(Vietnam)));
        Assert.DoesNotContain(tenant.Tenant, await Tenants(await NewOperator(Japan)));

        static async Task<string[]> Tenants(PortalCaller ops) =>
            [.. (await ops.Get<JsonElement[]>("/api/operator/tenants?limit=500")).Select(tenant => tenant.GetProperty("tenant").GetString()!)];
    }

    private static async Task<HttpStatusCode> Status(PortalCaller caller, string path)
    {
        using var answer = await caller.Send(HttpMethod.Get, path);
        return answer.StatusCode;
    }
}
