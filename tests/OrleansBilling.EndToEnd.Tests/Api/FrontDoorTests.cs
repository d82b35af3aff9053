using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>What somebody meets who has only the address: the start page and the description of the API.</summary>
public sealed partial class FrontDoorTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    private static readonly string[] routes =
    [
        "POST /api/session", "GET /api/session", "DELETE /api/session", "GET /api/balance", "PUT /api/alerts", "POST /api/top-ups", "GET /api/payment-gateways",
        "POST /api/payments", "GET /api/payments", "GET /api/payments/{id}", "GET /api/packages", "GET /api/vms", "POST /api/vms",
        "GET /api/vms/{vm}", "PATCH /api/vms/{vm}", "DELETE /api/vms/{vm}", "POST /api/vms/{vm}/power-on", "POST /api/vms/{vm}/power-off", "POST /api/vms/{vm}/reboot",
        "GET /api/vms/{vm}/usage", "GET /api/ledger", "GET /api/ledger/{number}", "GET /api/statements", "GET /api/statements/ledger.csv", "GET /api/statements/usage.csv",
        "GET /api/operator/tenants/{tenant}/statements", "GET /api/notices", "GET /api/events", "POST /operator/session", "GET /api/operator/tenants", "GET /api/operator/tenants/{tenant}",
        "GET /api/operator/orders", "GET /api/operator/deletions", "GET /api/operator/holds", "POST /api/operator/holds", "DELETE /api/operator/holds/{hold}",
        "POST /api/operator/tenants/{tenant}/holds", "DELETE /api/operator/tenants/{tenant}/holds/{hold}", "POST /api/operator/tenants/{tenant}/credits",
        "POST /api/operator/tenants/{tenant}/charges", "POST /api/operator/prices", "GET /api/vouchers", "POST /api/vouchers/redeem", "GET /api/operator/voucher-campaigns",
        "POST /api/operator/voucher-campaigns", "POST /api/operator/voucher-campaigns/{campaign}/approval", "GET /api/operator/voucher-campaigns/{campaign}", "POST /api/operator/voucher-campaigns/{campaign}/revoke",
        "POST /api/operator/voucher-campaigns/{campaign}/vouchers/revoke", "GET /api/operator/voucher-locks", "DELETE /api/operator/tenants/{tenant}/voucher-lock",
        "GET /api/operator/payments/stuck", "POST /api/operator/payments/{payment}/settlement",
        "GET /api/billing-profile", "PUT /api/billing-profile", "PUT /api/balance/currency",
        "GET /api/operator/tenants/{tenant}/adjustments",
        "POST /api/operator/tenants/{tenant}/adjustments", "POST /api/operator/tenants/{tenant}/adjustments/preview", "POST /api/operator/tenants/{tenant}/adjustments/{adjustment}/approval",
        "DELETE /api/operator/tenants/{tenant}/adjustments/{adjustment}",
        "GET /api/operator/prices/preview",
        "GET /api/operator/rates", "POST /api/operator/rates",
    ];

    [Fact]
    public async Task The_description_lists_every_route_and_that_commands_carry_a_key_and_money_is_text()
    {
        var description = await Stranger().Get<JsonElement>("/openapi/v1.json");
        var described = description.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}")).ToHashSet();
        Assert.Empty(routes.Except(described));

        var create = description.GetProperty("paths").GetProperty("/api/vms").GetProperty("post");
        Assert.Contains(create.GetProperty("parameters").EnumerateArray(), parameter => parameter.GetProperty("name").GetString() == "Idempotency-Key");
        Assert.True(create.GetProperty("responses").TryGetProperty("402", out _));
        Assert.Equal("string", description.GetProperty("components").GetProperty("schemas").GetProperty("Amount").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("vn.localhost")]
    [InlineData("jp.localhost")]
    public async Task The_start_page_says_what_to_do_next_and_names_addresses_that_exist(string name)
    {
        var visitor = Stranger(name);
        using var answer = await visitor.Send(HttpMethod.Get, "/");
        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var page = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.Contains("What to do next", page, StringComparison.Ordinal);
        Assert.Contains($"//vn.localhost:{Host.HttpPort}", page, StringComparison.Ordinal);
        Assert.Contains($"//jp.localhost:{Host.HttpPort}", page, StringComparison.Ordinal);

        var named = CurlPath().Matches(page).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Superset(new HashSet<string> { "/api/session", "/api/top-ups", "/api/vms", "/api/balance", "/api/events", "/operator/session" }, named);
        var paths = (await visitor.Get<JsonElement>("/openapi/v1.json")).GetProperty("paths").EnumerateObject().Select(path => path.Name).ToHashSet();
        Assert.Empty(named.Except(paths));
    }

    [GeneratedRegex(@"\$B(/[a-z/-]+)", RegexOptions.CultureInvariant)]
    private static partial Regex CurlPath();
}
