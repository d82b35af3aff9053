using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Api;

public sealed class LedgerTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    [Fact]
    public async Task The_ledger_comes_in_pages_newest_first_without_gap_or_repetition()
    {
        var tenant = await NewTenant();
        for (var i = 0; i < 7; i++) await tenant.TopUp("1.00");

        var numbers = new List<long>();
        var pages = 0;
        for (string? before = ""; before is not null; pages++)
        {
            var page = await tenant.Get<LedgerAnswer>($"/api/ledger?limit=3{before}");
            Assert.InRange(page.Entries.Length, 1, 3);
            numbers.AddRange(page.Entries.Select(entry => entry.Number));
            before = page.Before is { } next ? $"&before={next}" : null;
        }
        Assert.Equal([7L, 6, 5, 4, 3, 2, 1], numbers);
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task Policy_2_3_2_4_2_7_Credits_pay_in_their_order_and_the_ledger_filters_by_kind_product_VM_and_time()
    {
        var tenant = await NewTenant();
        var ops = await NewOperator();
        var path = $"/api/operator/tenants/{tenant.Tenant}";
        await tenant.TopUp("9.00");
        await ops.Post<PostingAnswer>($"{path}/credits", Credit("voucher", "0.20", "model-hub"));
        await ops.Post<PostingAnswer>($"{path}/credits", Credit("billingPlan", "0.10", "model-hub"));
        await ops.Post<PostingAnswer>($"{path}/credits", Credit("voucher", "5.00", "ai-notebook"));
        await ops.Post<PostingAnswer>($"{path}/charges", new { product = "model-hub", amount = "1.00", currency = "USD", description = "A model." });
        var vm = (await tenant.CreateVm()).Id;
        await tenant.VmReaches(vm, "running");
        await Task.Delay(TimeSpan.FromSeconds(1.5)); // a second of use
        using (var deleted = await tenant.Send(HttpMethod.Delete, $"/api/vms/{vm}", null, PortalCaller.NewKey())) Assert.True(deleted.IsSuccessStatusCode);

        var ledger = await tenant.Ledger();
        Assert.Equal(["credit", "credit", "credit", "credit", "charge", "charge"], ledger.Select(entry => entry.Kind));
        var charge = ledger[4];
        Assert.Equal([("billingPlan", "-0.100000"), ("voucher", "-0.200000"), ("topUp", "-0.700000")], charge.Lines.Select(line => (line.Kind, line.Change.ToString())));

        Assert.Equal("5 6", await Numbers(tenant, "kind=charge"));
        Assert.Equal("5", await Numbers(tenant, "product=model-hub"));
        Assert.Equal("6", await Numbers(tenant, $"vm={vm}"));
        var between = ledger[4].At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("5 6", await Numbers(tenant, $"from={between}"));
        Assert.Equal("1 2 3 4", await Numbers(tenant, $"until={between}"));
        var refused = await tenant.Refused(HttpMethod.Get, "/api/ledger?kind=nothing");
        Assert.Equal((400, "invalid_query"), (refused.Status, refused.Code));

        var balance = await tenant.Balance();
        Assert.Equal((Amount.Zero, Amount.Parse("5.00")), (balance.BillingPlan, balance.Voucher));
        Assert.Equal(balance.Total, balance.BillingPlan + balance.Voucher + balance.TopUp); // policy 2.1
        Assert.Equal(balance.TopUp, balance.Live); // policy 2.9: the notebook's voucher keeps no VM alive
    }

    private static object Credit(string kind, string amount, string product) =>
        new { kind, amount, currency = "USD", description = "From an operator.", products = new[] { product } };

    private static async Task<string> Numbers(PortalCaller tenant, string filter) =>
        string.Join(' ', (await tenant.Get<LedgerAnswer>($"/api/ledger?{filter}")).Entries.Select(entry => entry.Number).Order());
}
