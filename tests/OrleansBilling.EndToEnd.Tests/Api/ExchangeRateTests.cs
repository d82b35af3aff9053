using System.Text.Json;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>Exchange rates and the preview of a price, as operators meet them; what a tenant in another currency sees (policy 3.7).</summary>
public sealed class ExchangeRateTests(ITestOutputHelper output) : HostTest(output)
{
    private const string Rates = "/api/operator/rates";
    private const string NoRate = "Regions:vn:Rates:First:VND="; // development begins with one

    [Fact]
    public async Task P3_7_An_operator_enters_a_rate_and_a_tenant_in_dong_is_shown_and_charged_by_it()
    {
        var host = await Run("Clock:Speed=60", "Platform:Create=00:00:01", NoRate);
        var (tenant, grace) = (Keep(new PortalCaller(host)), Keep(new PortalCaller(host)));
        await tenant.SignIn("ada@example.com");
        await grace.SignInAsOperator(host);
        await tenant.SayWhoPays();
        var money = new { amount = "200000", currency = "VND" };
        Assert.Equal((422, "currency_without_rate"), Told(await tenant.Refused(HttpMethod.Post, "/api/top-ups", money)));
        Assert.Equal((422, "currency_without_rate"), Told(await tenant.Refused(HttpMethod.Post, "/api/payments", new { gateway = "vnpay", currency = "VND", amount = "500000" })));
        Assert.Equal((422, "currency_not_offered"), Told(await tenant.Refused(HttpMethod.Put, "/api/balance/currency", new { currency = "VND" })));
        var gift = new { kind = "voucher", amount = "200000", currency = "VND", description = "A gift.", lot = "gift" };
        Assert.Equal((422, "currency_without_rate"), Told(await grace.Refused(HttpMethod.Post, $"/api/operator/tenants/{tenant.Tenant}/credits", gift)));
        Assert.DoesNotContain("VND", await Offered(tenant));
        Assert.Null((await tenant.Balance()).Currency);
        Assert.Empty((await Package(tenant)).GetProperty("converted").EnumerateArray());

        var (from, entered) = (default(DateTimeOffset), default(JsonElement));
        for (var (isEntered, tries) = (false, 1); !isEntered; tries++)
        {
            Assert.True(tries < 10, "This machine was too slow.");
            from = (await tenant.Balance()).AsOf.AddMinutes(5);
            using var answer = await grace.Send(HttpMethod.Post, Rates, new { currency = "VND", rate = "25400.5", from, confirmed = true }, PortalCaller.NewKey());
            isEntered = answer.IsSuccessStatusCode;
            if (isEntered) entered = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
            else Assert.Equal("too_soon", (await PortalCaller.RefusalOf(answer)).Code); // five minutes are five seconds
        }
        Assert.Equal(("25400.5", "VND"), (entered.GetProperty("rate").GetString(), entered.GetProperty("currency").GetString()));
        await TenantCalls.Until(tenant.Balance, now => now.AsOf >= from, "the rate is in force");

        Assert.Contains("VND", await Offered(tenant));
        await tenant.Post<JsonElement>("/api/top-ups", money);
        var shown = Assert.Single((await Package(tenant)).GetProperty("converted").EnumerateArray());
        var day = DateOnly.FromDateTime(shown.GetProperty("since").GetDateTimeOffset().ToOffset(TimeSpan.FromHours(7)).DateTime); // in Vietnam
        Assert.Equal(
            ("VND", "64517.270000", "25400.5", $"{day:yyyy-MM-dd}"),
            (shown.GetProperty("currency").GetString(), shown.GetProperty("pricePerHour").GetString(), shown.GetProperty("rate").GetString(), shown.GetProperty("date").GetString()));
        var vm = (await tenant.CreateVm()).Id;
        await tenant.VmReaches(vm, "running");
        Assert.Equal("64517.270000", (await tenant.Balance()).BurnRate.ToString());

        var preview = await grace.Get<JsonElement>($"/api/operator/prices/preview?package=1xH100&pricePerHour=5.08&from={from.AddDays(1):yyyy-MM-dd'T'HH:mm:ss'Z'}&limit=100");
        var touched = Assert.Single(preview.GetProperty("tenants").EnumerateArray());
        Assert.Equal(
            (tenant.Tenant, "64517.270000", "129034.540000"),
            (touched.GetProperty("tenant").GetString(), touched.GetProperty("burnRate").GetString(), touched.GetProperty("burnRateThen").GetString()));

        await TenantCalls.Until(() => tenant.Vm(vm), now => now.Charges > 0, "the VM was charged");
        var charge = (await tenant.Get<JsonElement>("/api/ledger?kind=charge")).GetProperty("entries")[0];
        Assert.Equal("-16129.317500", charge.GetProperty("change").GetString());
        var line = Assert.Single(charge.GetProperty("vm").GetProperty("priced").EnumerateArray());
        Assert.Equal((900L, "2.540000", "25400.5"), (line.GetProperty("seconds").GetInt64(), line.GetProperty("pricePerHour").GetString(), line.GetProperty("rate").GetString()));
    }

    [Fact]
    public async Task P3_7_What_is_doubted_too_soon_or_no_rate_is_refused_with_its_reason()
    {
        var host = await Run(NoRate);
        var grace = Keep(new PortalCaller(host));
        await grace.SignInAsOperator(host);
        var tomorrow = DateTimeOffset.UtcNow.AddDays(1);
        var first = new { currency = "VND", rate = "25000", from = tomorrow };
        var key = PortalCaller.NewKey();
        Assert.Equal((422, "first_rate"), await Refusal(first));
        Assert.Equal("grace", (await grace.Post<JsonElement>(Rates, new { first.currency, first.rate, first.from, confirmed = true }, key)).GetProperty("by").GetString());
        await grace.Post<JsonElement>(Rates, first, key);

        Assert.Equal((409, "idempotency_key_reused"), await Refusal(new { currency = "VND", rate = "25001", from = tomorrow }, key));
        Assert.Equal((409, "instant_taken"), await Refusal(first));
        Assert.Equal((422, "too_soon"), await Refusal(new { currency = "VND", rate = "25000", from = DateTimeOffset.UtcNow }));
        Assert.Equal((422, "list_currency"), await Refusal(new { currency = "USD", rate = "1", from = tomorrow.AddDays(1) }));
        Assert.Equal((422, "invalid_rate"), await Refusal(new { currency = "VND", rate = "0", from = tomorrow.AddDays(1) }));
        Assert.Equal((422, "rate_jumps"), await Refusal(new { currency = "VND", rate = "30000", from = tomorrow.AddDays(1) }));
        Assert.Equal((422, "rate_gap"), await Refusal(new { currency = "VND", rate = "25000", from = tomorrow.AddDays(5) }));
        await grace.Post<JsonElement>(Rates, new { currency = "VND", rate = "30000", from = tomorrow.AddDays(1), confirmed = true });
        Assert.Equal(["30000", "25000"], (await grace.Get<JsonElement[]>($"{Rates}?currency=VND")).Select(rate => rate.GetProperty("rate").GetString()!));
        Assert.Equal("invalid_query", (await grace.Refused(HttpMethod.Get, $"{Rates}?currency=EUR")).Code);
        Assert.Equal("unknown_package", (await grace.Refused(HttpMethod.Get, "/api/operator/prices/preview?package=none&pricePerHour=1&from=2099-01-01T00:00:00Z")).Code);
        Assert.Equal("invalid_query", (await grace.Refused(HttpMethod.Get, "/api/operator/prices/preview?package=1xH100&pricePerHour=-1&from=2099-01-01T00:00:00Z")).Code);

        async Task<(int, string)> Refusal(object body, string? again = null)
        {
            var refusal = await grace.Refused(HttpMethod.Post, Rates, body, again);
            return (refusal.Status, refusal.Code);
        }
    }

    private static (int Status, string Code) Told(Refusal refusal) => (refusal.Status, refusal.Code);

    private static async Task<IEnumerable<string?>> Offered(PortalCaller tenant) =>
        (await tenant.Get<JsonElement[]>("/api/payment-gateways")).Select(offer => offer.GetProperty("currency").GetString());

    private static async Task<JsonElement> Package(PortalCaller tenant) => (await tenant.Get<JsonElement[]>("/api/packages"))[0];
}
