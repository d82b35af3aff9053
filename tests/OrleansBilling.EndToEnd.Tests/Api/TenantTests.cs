using System.Net;
using System.Text.Json;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Api;

public sealed class TenantTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    [Fact]
    public async Task Policy_1_3_Twenty_first_sign_ins_at_once_make_one_tenant()
    {
        var email = NewEmail();
        var sessions = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Stranger().SignIn(email)));
        Assert.Single(sessions.Select(session => session.Tenant).Distinct());

        var ops = await NewOperator();
        var tenants = new List<string>();
        for (var after = ""; ;)
        {
            var page = await ops.Get<JsonElement[]>($"/api/operator/tenants?limit=100{after}");
            tenants.AddRange(page.Where(tenant => tenant.GetProperty("email").GetString() == email).Select(tenant => tenant.GetProperty("tenant").GetString()!));
            if (page.Length < 100) break;
            after = $"&after={page[^1].GetProperty("tenant").GetString()}";
        }
        Assert.Equal([sessions[0].Tenant], tenants);
    }

    [Fact]
    public async Task Policy_1_3_The_same_person_at_two_portals_owns_two_unrelated_tenants()
    {
        var email = NewEmail();
        var (vietnam, japan) = (Stranger(Vietnam), Stranger(Japan));
        var (here, there) = (await vietnam.SignIn(email), await japan.SignIn(email));
        Assert.Equal(("vn", "Asia/Ho_Chi_Minh"), (here.Region, here.TimeZone));
        Assert.Equal(("jp", "Asia/Tokyo"), (there.Region, there.TimeZone));
        Assert.NotEqual(here.Tenant, there.Tenant);

        await vietnam.TopUp("5.00");
        Assert.Equal(Amount.Parse("5.00"), (await vietnam.Balance()).Total);
        Assert.Equal(Amount.Zero, (await japan.Balance()).Total);
        Assert.Empty(await japan.Ledger());
    }

    [Fact]
    public async Task M11_A_session_of_one_region_is_none_at_the_other()
    {
        var tenant = await NewTenant(Vietnam);
        Assert.Equal(HttpStatusCode.OK, (await AskWith(tenant.CookieHeader, Vietnam)).StatusCode);
        Assert.Equal((401, "not_signed_in"), Told(await PortalCaller.RefusalOf(await AskWith(tenant.CookieHeader, Japan))));
    }

    [Fact]
    public async Task A_tenant_neither_sees_nor_reaches_a_VM_of_another()
    {
        var owner = await NewTenant();
        await owner.TopUp("10.00");
        var vm = await owner.CreateVm("mine");
        await owner.VmReaches(vm.Id, "running");

        foreach (var other in new[] { await NewTenant(), await NewTenant(Japan) })
        {
            await other.TopUp("10.00");
            (HttpMethod Method, string Path, object? Body)[] attempts =
            [
                (HttpMethod.Get, "", null), (HttpMethod.Get, "/usage", null), (HttpMethod.Post, "/power-off", null), (HttpMethod.Post, "/power-on", null),
                (HttpMethod.Post, "/reboot", null), (HttpMethod.Patch, "", new { name = "yours" }), (HttpMethod.Delete, "", null),
            ];
            foreach (var (method, path, body) in attempts)
                Assert.Equal((404, "unknown_vm"), Told(await other.Refused(method, $"/api/vms/{vm.Id}{path}", body)));
            Assert.Empty(await other.Get<VmAnswer[]>("/api/vms?deleted=true"));
            Assert.Empty((await other.Get<LedgerAnswer>($"/api/ledger?vm={vm.Id}")).Entries);
        }
        var untouched = await owner.Vm(vm.Id);
        Assert.Equal(("mine", "running"), (untouched.Name, untouched.Status));
    }

    [Fact]
    public async Task Nobody_who_is_not_signed_in_gets_anything()
    {
        var nobody = Stranger();
        (HttpMethod Method, string Path)[] routes =
        [
            (HttpMethod.Get, "/api/session"), (HttpMethod.Get, "/api/balance"), (HttpMethod.Get, "/api/ledger"), (HttpMethod.Get, "/api/notices"), (HttpMethod.Get, "/api/events"),
            (HttpMethod.Get, "/api/packages"), (HttpMethod.Get, "/api/vms"), (HttpMethod.Post, "/api/vms"), (HttpMethod.Post, "/api/top-ups"), (HttpMethod.Put, "/api/alerts"),
            (HttpMethod.Get, "/api/vms/vm-1"), (HttpMethod.Delete, "/api/vms/vm-1"), (HttpMethod.Get, "/api/vms/vm-1/usage"),
            (HttpMethod.Get, "/api/payments"), (HttpMethod.Post, "/api/payments"), (HttpMethod.Get, "/api/payments/pay-1"), (HttpMethod.Get, "/api/payment-gateways"),
            (HttpMethod.Get, "/api/notice-settings"), (HttpMethod.Put, "/api/notice-settings/language"), (HttpMethod.Put, "/api/webhook"), (HttpMethod.Delete, "/api/webhook"),
            (HttpMethod.Post, "/api/webhook/secret"), (HttpMethod.Get, "/api/notice-deliveries"), (HttpMethod.Post, "/api/notice-deliveries/msg_1/replay"),
            (HttpMethod.Get, "/api/billing-profile"), (HttpMethod.Put, "/api/billing-profile"), (HttpMethod.Put, "/api/balance/currency"),
        ];
        foreach (var (method, path) in routes) Assert.Equal((401, "not_signed_in"), Told(await nobody.Refused(method, path, method == HttpMethod.Get ? null : new { })));
    }

    [Fact]
    public async Task After_signing_out_the_session_is_over()
    {
        var tenant = await NewTenant();
        using (var answer = await tenant.Send(HttpMethod.Delete, "/api/session")) Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal((401, "not_signed_in"), Told(await tenant.Refused(HttpMethod.Get, "/api/balance")));
    }

    [Fact]
    public async Task Policy_1_2_Each_region_offers_its_package_and_an_assumed_price_says_so()
    {
        var vietnam = Assert.Single(await (await NewTenant(Vietnam)).Get<JsonElement[]>("/api/packages"));
        Assert.Equal(("1xH100", "2.540000", ""), Offer(vietnam));
        var (code, _, assumption) = Offer(Assert.Single(await (await NewTenant(Japan)).Get<JsonElement[]>("/api/packages")));
        Assert.Equal("1xH200", code);
        Assert.NotEqual("", assumption);

        static (string?, string?, string?) Offer(JsonElement package) =>
            (package.GetProperty("code").GetString(), package.GetProperty("pricePerHour").GetString(), package.GetProperty("assumption").GetString());
    }

    private static (int Status, string Code) Told(Refusal refusal) => (refusal.Status, refusal.Code);

    private async Task<HttpResponseMessage> AskWith(string cookies, string portal)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/balance");
        request.Headers.Add("Cookie", cookies);
        return await Stranger(portal).Send(request);
    }
}
