using System.Globalization;
using System.Text.Json;
using System.Web;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>What a gateway is told of a payer's browser, how many payments a tenant may begin, and what an operator does about money that a balance refuses.</summary>
public sealed class PaymentSettingsTests(ITestOutputHelper output) : HostTest(output)
{
    [Fact]
    public async Task Where_the_browser_comes_back_to_is_the_portals_public_address_whatever_the_request_says_and_a_tenant_begins_only_so_many()
    {
        var host = await Run("Regions:vn:PublicAddress=https://billing.example", "Payments:StartsPerMinute=3");
        // As behind a proxy that ends TLS: http, and any port.
        var tenant = await Signed(host, "vn.localhost");
        for (var i = 0; i < 3; i++)
        {
            var (payment, query) = await Begin(tenant);
            Assert.Equal($"https://billing.example/payments/{payment.Id}", query["vnp_ReturnUrl"]);
        }
        var refusal = await tenant.Refused(HttpMethod.Post, "/api/payments", new { gateway = "vnpay", currency = "VND", amount = "500000" });
        Assert.Equal((429, "too_many_requests"), (refusal.Status, refusal.Code));
        await Begin(await Signed(host, "vn.localhost")); // somebody else may
    }

    [Fact]
    public async Task Without_a_public_address_it_is_https_at_a_name_of_the_region_and_on_this_machine_what_was_asked_for()
    {
        var host = await Run();
        var (real, real_) = await Begin(await Signed(host, "ai.fptcloud.com"));
        Assert.Equal($"https://ai.fptcloud.com/payments/{real.Id}", real_["vnp_ReturnUrl"]);
        var (local, local_) = await Begin(await Signed(host, "vn.localhost"));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"http://vn.localhost:{host.HttpPort}/payments/{local.Id}"), local_["vnp_ReturnUrl"]);

        var tenant = await Signed(host, "vn.localhost");
        Assert.Equal("vn", (await Begin(tenant, "vi-VN,vi;q=0.9,en;q=0.8")).Query["vnp_Locale"]);
        Assert.Equal("vn", (await Begin(tenant, "fr,en;q=0.5,vi;q=0.7")).Query["vnp_Locale"]);
        Assert.Equal("en", (await Begin(tenant, "en-US,vi;q=0.5")).Query["vnp_Locale"]);
        Assert.Equal("en", (await Begin(tenant, "vi;q=0")).Query["vnp_Locale"]);
        Assert.Equal("en", (await Begin(tenant)).Query["vnp_Locale"]);
    }

    [Fact]
    public async Task A_public_address_that_is_none_stops_the_start()
    {
        await using var host = new BillingHost(["Regions:vn:PublicAddress=billing.example/portal"]);
        host.Launch();
        Assert.NotEqual(0, await host.Ended());
        Assert.Contains("Regions:vn:PublicAddress", host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_1_4_Money_that_a_balance_refuses_is_shown_to_operators_with_its_reason_until_one_settles_it()
    {
        var host = await Run();
        var (tenant, operators) = (await Signed(host, "vn.localhost"), Keep(new PortalCaller(host)));
        await operators.SignInAsOperator(host);
        var dollars = await tenant.Post<PaymentAnswer>("/api/payments", new { gateway = "stripe", currency = "USD", amount = "25" });
        var (dong, _) = await Begin(tenant);
        foreach (var (payment, status) in new[] { (dong, "paid"), (dollars, "stuck") })
        {
            await Browser.Choose(payment.Page!, "Pay");
            await TenantCalls.Until(() => tenant.Get<PaymentAnswer>($"/api/payments/{payment.Id}"), now => now.Status == status, $"it is {status}");
        }

        var stuck = Assert.Single(await operators.Get<JsonElement[]>("/api/operator/payments/stuck"));
        Assert.Equal(
            (tenant.Tenant, dollars.Id, "25.000000", "otherCurrency"),
            (stuck.GetProperty("tenant").GetString(), stuck.GetProperty("payment").GetProperty("id").GetString(), stuck.GetProperty("owed").GetString(), stuck.GetProperty("reason").GetString()));
        var path = $"/api/operator/payments/{dollars.Id}/settlement";
        Assert.Equal("invalid_reason", (await operators.Refused(HttpMethod.Post, path, new { reason = " " })).Code);
        Assert.Equal("not_stuck", (await operators.Refused(HttpMethod.Post, $"/api/operator/payments/{dong.Id}/settlement", new { reason = "?" })).Code);
        Assert.Equal("unknown_payment", (await operators.Refused(HttpMethod.Post, "/api/operator/payments/nobody/settlement", new { reason = "?" })).Code);
        Assert.Equal("settled", (await operators.Post<PaymentAnswer>(path, new { reason = "paid back by bank" })).Status);

        Assert.Empty(await operators.Get<JsonElement[]>("/api/operator/payments/stuck"));
        Assert.Equal("settled", (await tenant.Get<PaymentAnswer>($"/api/payments/{dollars.Id}")).Status);
        Assert.Equal("VND", (await tenant.Balance()).Currency);
        Assert.Single(await tenant.Ledger());
    }

    private async Task<PortalCaller> Signed(BillingHost host, string name)
    {
        var tenant = Keep(new PortalCaller(host, name));
        await tenant.SignIn($"{Guid.NewGuid():N}@example.com");
        return await tenant.SayWhoPays();
    }

    /// <summary>Begins a payment at VNPAY, whose page's address tells what it was told.</summary>
    private static async Task<(PaymentAnswer Payment, System.Collections.Specialized.NameValueCollection Query)> Begin(PortalCaller tenant, string? languages = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/payments") { Content = JsonContent(new { gateway = "vnpay", currency = "VND", amount = "500000" }) };
        request.Headers.Add("Idempotency-Key", PortalCaller.NewKey());
        if (languages is not null) request.Headers.Add("Accept-Language", languages);
        using var answer = await tenant.Send(request);
        var payment = JsonSerializer.Deserialize<PaymentAnswer>(await answer.Content.ReadAsStringAsync(), PortalJson.Options)!;
        return (payment, HttpUtility.ParseQueryString(payment.Page!.Query));
    }

    private static StringContent JsonContent(object body) => new(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json");
}
