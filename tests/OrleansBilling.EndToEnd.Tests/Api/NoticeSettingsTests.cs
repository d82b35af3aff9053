using System.Net;
using System.Text.Json;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>How a tenant is told (policy 4.3).</summary>
public sealed class NoticeSettingsTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    [Fact]
    public async Task Policy_4_3_Notices_are_in_the_language_of_the_region_until_the_tenant_chooses_another()
    {
        var tenant = await NewTenant(Japan);
        await tenant.TopUp("5.00");
        Assert.Equal("5.00米ドルの入金を確認しました", (await tenant.Notices())[0].Title);

        using (var chosen = await tenant.Send(HttpMethod.Put, "/api/notice-settings/language", new { language = "vi" }, PortalCaller.NewKey())) Assert.Equal(HttpStatusCode.OK, chosen.StatusCode);

        Assert.Equal("Đã nhận 5,00 US$", (await tenant.Notices())[0].Title);
        Assert.Equal("vi", (await tenant.Get<JsonElement>("/api/notice-settings")).GetProperty("language").GetString());
        Assert.Equal((422, "unknown_language"), Told(await tenant.Refused(HttpMethod.Put, "/api/notice-settings/language", new { language = "fr" })));
    }

    [Fact]
    public async Task The_secret_of_an_endpoint_is_shown_once_and_to_a_repetition_again()
    {
        var tenant = await NewTenant();
        Assert.Equal((404, "no_webhook"), Told(await tenant.Refused(HttpMethod.Post, "/api/webhook/secret")));
        Assert.Equal((422, "invalid_webhook"), Told(await tenant.Refused(HttpMethod.Put, "/api/webhook", new { address = "https://192.168.0.1/hooks" })));

        var key = PortalCaller.NewKey();
        var first = await Secret("/api/webhook", HttpMethod.Put, key);
        Assert.StartsWith("whsec_", first, StringComparison.Ordinal);
        Assert.Equal(first, await Secret("/api/webhook", HttpMethod.Put, key));
        Assert.Null(await Secret("/api/webhook", HttpMethod.Put, PortalCaller.NewKey()));
        Assert.NotEqual(first, await Secret("/api/webhook/secret", HttpMethod.Post, PortalCaller.NewKey()));

        var settings = await tenant.Get<JsonElement>("/api/notice-settings");
        Assert.Equal("https://hooks.example/billing", settings.GetProperty("webhook").GetString());
        Assert.DoesNotContain("whsec_", settings.ToString(), StringComparison.Ordinal);
        using (var removed = await tenant.Send(HttpMethod.Delete, "/api/webhook", key: PortalCaller.NewKey())) Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal(JsonValueKind.Null, (await tenant.Get<JsonElement>("/api/notice-settings")).GetProperty("webhook").ValueKind);

        async Task<string?> Secret(string path, HttpMethod method, string key)
        {
            using var answer = await tenant.Send(method, path, method == HttpMethod.Put ? new { address = "https://hooks.example/billing" } : null, key);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("secret").GetString();
        }
    }

    [Fact]
    public async Task E11_What_became_of_a_notice_is_in_the_log_and_only_in_that_of_its_tenant()
    {
        var tenant = await NewTenant();
        await tenant.TopUp("5.00");
        var delivery = (await TenantCalls.Until(
            () => tenant.Get<JsonElement[]>("/api/notice-deliveries"), log => log is [var one] && one.GetProperty("state").GetString() == "failed", "the mail was tried"))[0];

        Assert.Equal("email", delivery.GetProperty("channel").GetString());
        Assert.Equal("not-set-up", delivery.GetProperty("answers")[0].GetProperty("answer").GetString());
        Assert.Empty(await tenant.Get<JsonElement[]>($"/api/notice-deliveries?before={delivery.GetProperty("id").GetString()}"));
        var other = await NewTenant();
        Assert.Empty(await other.Get<JsonElement[]>("/api/notice-deliveries"));
        Assert.Equal((422, "invalid_request"), Told(await other.Refused(HttpMethod.Get, $"/api/notice-deliveries?before={delivery.GetProperty("id").GetString()}")));
        Assert.Equal((404, "unknown_delivery"), Told(await tenant.Refused(HttpMethod.Post, $"/api/notice-deliveries/{delivery.GetProperty("id").GetString()}/replay"))); // webhooks alone
    }

    private static (int, string) Told(Refusal refusal) => (refusal.Status, refusal.Code);
}
