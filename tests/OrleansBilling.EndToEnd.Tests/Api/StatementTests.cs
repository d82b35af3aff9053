using System.Net;
using System.Text.Json;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>What can be taken away, over HTTP; what is in it is tested where it is made.</summary>
public sealed class StatementTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    [Fact]
    public async Task A_month_is_a_page_and_a_FOCUS_file_and_the_ledger_is_CSV_for_its_tenant_and_for_operators_and_for_nobody_else()
    {
        var (tenant, other, ops) = (await NewTenant(), await NewTenant(), await NewOperator());
        await tenant.TopUp("5.00");
        await ops.Post<PostingAnswer>($"/api/operator/tenants/{tenant.Tenant}/charges", new { product = "model-hub", amount = "1.25", currency = "USD", description = "=1+1" });
        var vm = (await tenant.CreateVm("=2+2")).Id;
        await tenant.VmReaches(vm, "running");
        await Task.Delay(TimeSpan.FromSeconds(1.5)); // a second of use
        using (var deleted = await tenant.Send(HttpMethod.Delete, $"/api/vms/{vm}", null, PortalCaller.NewKey())) Assert.True(deleted.IsSuccessStatusCode);
        var month = TimeZoneInfo.ConvertTimeBySystemTimeZoneId((await tenant.Balance()).AsOf, "Asia/Ho_Chi_Minh").ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

        foreach (var (caller, path) in new[] { (tenant, "/api/statements"), (ops, $"/api/operator/tenants/{tenant.Tenant}/statements") })
        {
            var page = await Get(caller, $"{path}?month={month}", "text/html", $"inline; filename=statement-vn-{tenant.Tenant}-{month}.html");
            Assert.Contains("Closing balance", page, StringComparison.Ordinal);
            Assert.Contains("3600 = ", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            var ledger = await Get(caller, $"{path}/ledger.csv?form=spreadsheetDecimalComma", "text/csv", $"attachment; filename=ledger-vn-{tenant.Tenant}.csv");
            Assert.StartsWith("\uFEFF\"Number\";", ledger, StringComparison.Ordinal);
            Assert.Contains("\"'=1+1\";\"Success\";-1,250000;", ledger, StringComparison.Ordinal);
            Assert.Contains("\"'=2+2\"", ledger, StringComparison.Ordinal);
            Assert.Equal(2, (await Get(caller, $"{path}/ledger.csv?product=model-hub", "text/csv", null)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
            var usage = await Get(caller, $"{path}/usage.csv?month={month}", "text/csv", $"attachment; filename=usage-vn-{tenant.Tenant}-{month}.csv");
            Assert.StartsWith("\"BilledCost\",", usage, StringComparison.Ordinal);
            Assert.Contains("1.250000,", usage, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("1+1", await Get(other, "/api/statements/ledger.csv", "text/csv", null), StringComparison.Ordinal);
        foreach (var path in new[] { $"/api/statements?month={month}", "/api/statements/ledger.csv", $"/api/operator/tenants/{tenant.Tenant}/statements?month={month}" })
            Assert.Equal(401, (await Stranger().Refused(HttpMethod.Get, path)).Status);
        Assert.Equal(403, (await other.Refused(HttpMethod.Get, $"/api/operator/tenants/{tenant.Tenant}/statements?month={month}")).Status);
    }

    [Theory]
    [InlineData("/api/statements", 400, "invalid_query")]
    [InlineData("/api/statements?month=2026-3", 400, "invalid_query")]
    [InlineData("/api/statements?month=9000-01", 422, "month_to_come")]
    [InlineData("/api/statements/usage.csv?month=9000-01", 422, "month_to_come")]
    [InlineData("/api/statements/ledger.csv?form=xls", 400, "invalid_query")]
    [InlineData("/api/statements/ledger.csv?kind=nothing", 400, "invalid_query")]
    [InlineData("/api/statements/ledger.csv?product=nothing", 422, "unknown_product")]
    [InlineData("/api/statements/ledger.csv?status=maybe", 400, "invalid_query")]
    [InlineData("/api/statements?month=2026-01&part=2", 400, "invalid_query")]
    [InlineData("/api/statements?month=2026-01&part=0", 400, "invalid_query")]
    [InlineData("/api/ledger/7", 404, "unknown_entry")]
    [InlineData("/api/ledger?status=maybe", 400, "invalid_query")]
    public async Task What_cannot_be_written_is_refused_before_the_first_byte(string path, int status, string code)
    {
        var refusal = await (await NewTenant()).Refused(HttpMethod.Get, path);
        Assert.Equal((status, code), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task P3_7_An_entry_opens_to_what_it_comes_from()
    {
        var tenant = await NewTenant();
        await tenant.TopUp("5.00");
        var vm = (await tenant.CreateVm()).Id;
        await tenant.VmReaches(vm, "running");
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        using (var deleted = await tenant.Send(HttpMethod.Delete, $"/api/vms/{vm}", null, PortalCaller.NewKey())) Assert.True(deleted.IsSuccessStatusCode);

        var opened = await tenant.Get<JsonElement>("/api/ledger/2");
        var worked = Assert.Single(opened.GetProperty("worked").EnumerateArray());
        Assert.Equal(("2.540000", 1, "1"), (worked.GetProperty("pricePerHour").GetString(), worked.GetProperty("priceVersion").GetInt32(), worked.GetProperty("exchangeRate").GetString()));
        Assert.Equal(-Amount.Parse(opened.GetProperty("entry").GetProperty("change").GetString()!), Amount.Parse(worked.GetProperty("amount").GetString()!));
        Assert.Equal(("success", "topUp"), (opened.GetProperty("status").GetString(), opened.GetProperty("entry").GetProperty("lines")[0].GetProperty("lot").GetString()));
    }

    [Fact]
    public async Task The_history_tells_payments_that_are_not_in_the_ledger_by_their_status()
    {
        var tenant = await (await NewTenant()).SayWhoPays();
        await tenant.TopUp("5.00");
        var open = await tenant.Post<PaymentAnswer>("/api/payments", new { gateway = "stripe", currency = "USD", amount = "25" });

        Assert.Equal([open.Id], await Payments(tenant, "status=processed"));
        Assert.Equal([open.Id], await Payments(tenant, "status=processed&kind=credit&source=topUp"));
        foreach (var filter in new[] { "status=failed", "status=success", "status=processed&kind=charge", "status=processed&source=voucher", "status=processed&until=2020-01-01T00:00:00Z" })
            Assert.Empty(await Payments(tenant, filter));
        Assert.Single((await tenant.Get<LedgerAnswer>("/api/ledger?status=success&source=topUp")).Entries);
        Assert.Empty((await tenant.Get<LedgerAnswer>("/api/ledger?status=processed")).Entries);

        // And so are they exported.
        Assert.Contains($"\"stripe, payment {open.Id}\",\"Processed\",25.000000,", Assert.Single(await Rows("status=processed")), StringComparison.Ordinal);
        foreach (var filter in new[] { "status=failed", "status=processed&kind=charge" }) Assert.Empty(await Rows(filter));
        foreach (var filter in new[] { "status=success", "" }) Assert.Contains(",\"Success\",5.000000,", Assert.Single(await Rows(filter)), StringComparison.Ordinal);

        async Task<string[]> Rows(string filter) => [.. (await Get(tenant, $"/api/statements/ledger.csv?{filter}", "text/csv", null)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1)];
    }

    private static async Task<string[]> Payments(PortalCaller tenant, string filter) =>
        [.. (await tenant.Get<JsonElement>($"/api/ledger?{filter}")).GetProperty("payments").EnumerateArray().Select(payment => payment.GetProperty("payment").GetString()!)];

    private static async Task<string> Get(PortalCaller caller, string path, string type, string? disposition)
    {
        using var answer = await caller.Send(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        if (disposition is not null) Assert.Equal(disposition, $"{answer.Content.Headers.ContentDisposition}");
        return System.Text.Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync());
    }
}
