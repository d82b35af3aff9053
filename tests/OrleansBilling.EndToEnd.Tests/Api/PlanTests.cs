using System.Net;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>Billing plans over HTTP (policy 1.4, 2.4, 3.7; M5). What they do in their time is shown where the clock is driven by hand.</summary>
public sealed class PlanTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    [Fact]
    public async Task Policy_2_4_An_operator_makes_a_plan_records_payments_and_both_see_how_it_stands()
    {
        var (ops, tenant) = (await NewOperator(), await NewTenant());
        var (plans, key) = ($"/api/operator/tenants/{tenant.Tenant}/plans", PortalCaller.NewKey());
        var wish = Wish();
        var made = await ops.Post<PlanAnswer>(plans, wish, key);
        Assert.Equal(("inactive", "unpaid", 1, "grace"), (made.Status, made.PaymentState, made.Period, made.By));
        Assert.Equal(made.Id, (await ops.Post<PlanAnswer>(plans, wish, key)).Id);
        Assert.Equal((409, "idempotency_key_reused"), Told(await ops.Refused(HttpMethod.Post, plans, Wish(credit: "6"), key)));

        var (payments, paid) = ($"{plans}/{made.Id}/periods/1/payments", PortalCaller.NewKey());
        for (var times = 0; times < 2; times++) await ops.Post<PlanAnswer>(payments, new { amount = "2", note = "invoice 7" }, paid);
        Assert.Equal((409, "payment_out_of_range"), Told(await ops.Refused(HttpMethod.Post, payments, new { amount = "3.000001", note = "invoice 8" })));
        Assert.Equal((422, "invalid_note"), Told(await ops.Refused(HttpMethod.Post, payments, new { amount = "1", note = " " })));
        Assert.True((await ops.Put<PlanAnswer>($"{plans}/{made.Id}/renewal", new { renews = true })).Renews);

        var seen = Assert.Single(await tenant.Get<PlanAnswer[]>("/api/plans"));
        Assert.Equal((made.Id, "partiallyPaid", Amount.Parse("2"), Amount.Parse("5"), true, null), (seen.Id, seen.PaymentState, seen.Paid, seen.Remaining, seen.Renews, seen.DaysLeft));
        Assert.Equal(("1xH100", Amount.Parse("2.54")), (Assert.Single(seen.Prices).Package, seen.Prices[0].PricePerHour));
        Assert.Equal(seen.Id, Assert.Single(await ops.Get<PlanAnswer[]>(plans)).Id);
        Assert.Empty(await tenant.Ledger()); // a payment for a plan is no top-up
        var debit = new { direction = "debit", amount = "1", currency = "USD", target = "billingPlan", lot = $"plan/{made.Id}/1", reason = "Too much." };
        Assert.Equal((404, "unknown_lot"), Told(await ops.Refused(HttpMethod.Post, $"/api/operator/tenants/{tenant.Tenant}/adjustments", debit))); // not yet: a lot that pays can be put right

        using var cancelled = await ops.Send(HttpMethod.Delete, $"{plans}/{made.Id}", key: PortalCaller.NewKey());
        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
        Assert.Equal("cancelled", Assert.Single(await tenant.Get<PlanAnswer[]>("/api/plans")).Status);
    }

    [Fact]
    public async Task Policy_1_4_3_7_What_cannot_be_is_refused_with_its_reason()
    {
        var (ops, tenant) = (await NewOperator(), await NewTenant());
        var plans = $"/api/operator/tenants/{tenant.Tenant}/plans";
        await ops.Post<PlanAnswer>(plans, Wish(plan: "march"));

        Assert.Equal((409, "plan_exists"), Told(await ops.Refused(HttpMethod.Post, plans, Wish(plan: "march"))));
        Assert.Equal((409, "price_overlap"), Told(await ops.Refused(HttpMethod.Post, plans, Wish())));
        Assert.Equal((409, "other_currency"), Told(await ops.Refused(HttpMethod.Post, plans, Wish(currency: "VND"))));
        Assert.Equal((422, "too_late"), Told(await ops.Refused(HttpMethod.Post, plans, Wish(fromHours: 0))));
        Assert.Equal((422, "invalid_period"), Told(await ops.Refused(HttpMethod.Post, plans, Wish(hours: 0))));
        Assert.Equal((422, "invalid_amount"), Told(await ops.Refused(HttpMethod.Post, plans, Wish(credit: "0"))));
        Assert.Equal((422, "invalid_prices"), Told(await ops.Refused(HttpMethod.Post, plans, Wish(product: "ai-notebook"))));
        Assert.Equal((422, "unknown_product"), Told(await ops.Refused(HttpMethod.Post, plans, Wish(product: "tea"))));
        Assert.Equal((422, "invalid_plan"), Told(await ops.Refused(HttpMethod.Post, plans, Wish(plan: "a/b"))));
        Assert.Equal((404, "unknown_package"), Told(await ops.Refused(HttpMethod.Post, plans, Wish(package: "9xH900"))));
        Assert.Equal((404, "unknown_plan"), Told(await ops.Refused(HttpMethod.Put, $"{plans}/april/renewal", new { renews = true })));
        Assert.Equal((404, "unknown_plan"), Told(await ops.Refused(HttpMethod.Post, $"{plans}/march/periods/2/payments", new { amount = "1", note = "invoice 7" })));
        Assert.Equal((403, "own_key_required"), Told(await ops.Refused(HttpMethod.Post, plans, Wish(credit: "100.01", product: "model-hub", package: null)))); // two operators must want that
        Assert.Equal((403, "forbidden"), Told(await tenant.Refused(HttpMethod.Post, plans, Wish())));
        Assert.Single(await tenant.Get<PlanAnswer[]>("/api/plans"));
    }

    private static object Wish(string? plan = null, string currency = "USD", string credit = "5", string product = "gpu-vm", string? package = "1xH100", double fromHours = 24, double hours = 720)
    {
        var from = DateTimeOffset.UnixEpoch.AddDays(Math.Ceiling((DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalDays) - (fromHours == 0 ? 2 : 0)).AddHours(fromHours); // the same in each repetition
        return new
        {
            plan, name = "March", currency, credit, payment = "partial", products = new[] { product }, from, to = from.AddHours(hours),
            prices = package is null ? [] : new[] { new { package, pricePerHour = "2.54" } },
        };
    }

    private static (int Status, string Code) Told(Refusal refusal) => (refusal.Status, refusal.Code);
}

internal sealed record PlanAnswer(
    string Id, int Period, string Status, string PaymentState, Amount Paid, Amount Remaining, bool Renews, int? DaysLeft, PlanPriceAnswer[] Prices, string By);

internal sealed record PlanPriceAnswer(string Package, Amount PricePerHour);
