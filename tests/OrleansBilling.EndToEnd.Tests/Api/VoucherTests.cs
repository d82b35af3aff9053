using System.Net;
using System.Text.Json;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>Vouchers over HTTP, from the campaign to the ledger (policy 1.4, 2.3, 2.6; M5).</summary>
public sealed class VoucherTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    [Fact]
    public async Task Policy_2_3_2_6_A_code_becomes_credit_for_its_products_and_is_listed_with_what_is_left()
    {
        var (ops, tenant) = (await NewOperator(), await NewPayer());
        var made = await Make(ops, count: 3);
        Assert.Equal((3, 0, 3600L, "grace"), (made.Campaign.Count, made.Campaign.Redeemed, made.Campaign.LifeSeconds, made.Campaign.CreatedBy));

        var redeemed = await Redeem(tenant, $"{made.Codes[0][..5].ToLowerInvariant()} {made.Codes[0][5..]}");

        Assert.Equal(("USD", Amount.Parse("5"), "ai-notebook"), (redeemed.Currency, redeemed.Amount, Assert.Single(redeemed.Products)));
        Assert.Equal(redeemed.RedeemedAt.AddHours(1), redeemed.Expires);
        var entry = Assert.Single(await tenant.Ledger());
        Assert.Equal(("credit", Amount.Parse("5"), redeemed.EntryNumber, "voucher"), (entry.Kind, entry.Change, entry.Number, Assert.Single(entry.Lines).Kind));
        Assert.Equal("voucherRedeemed", Assert.Single(await tenant.Notices()).Kind);
        var balance = await tenant.Balance();
        Assert.Equal((Amount.Parse("5"), Amount.Zero), (balance.Voucher, balance.Live));

        await ops.Post<PostingAnswer>($"/api/operator/tenants/{tenant.Tenant}/charges", new { product = "ai-notebook", amount = "1.5", currency = "USD", description = "a notebook" });
        var voucher = Assert.Single(await tenant.Get<VoucherAnswer[]>("/api/vouchers"));
        Assert.Equal((redeemed.Id, "valid", Amount.Parse("3.5")), (voucher.Id, voucher.Status, voucher.Remaining));
        Assert.Equal((409, "campaign_used"), Told(await Refused(tenant, made.Codes[1])));

        var details = await ops.Get<CampaignDetails>($"/api/operator/voucher-campaigns/{made.Campaign.Id}");
        Assert.Equal((1, tenant.Tenant, voucher.Id), (details.Campaign.Redeemed, Assert.Single(details.Redemptions).Tenant, details.Redemptions[0].Voucher));
        Assert.Contains(await ops.Get<CampaignFacts[]>("/api/operator/voucher-campaigns"), campaign => campaign.Id == made.Campaign.Id);
    }

    [Fact]
    public async Task M5_Of_fifty_tenants_at_once_one_gets_it_and_who_repeats_hears_the_same()
    {
        var made = await Make(await NewOperator());
        var tenants = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => NewPayer()));

        var answers = await Task.WhenAll(tenants.Select(async tenant =>
        {
            using var answer = await Try(tenant, made.Codes[0]);
            return (tenant, answer.StatusCode);
        }));

        var (winner, _) = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(49, answers.Count(answer => answer.StatusCode == HttpStatusCode.UnprocessableEntity));
        var again = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Redeem(winner, made.Codes[0])));
        Assert.Single(again.Select(redeemed => (redeemed.Id, redeemed.RedeemedAt, redeemed.EntryNumber)).Distinct());
        var totals = await Task.WhenAll(tenants.Select(async tenant => (await tenant.Balance()).Total));
        Assert.Equal(Amount.Parse("5"), totals.Aggregate(Amount.Zero, (sum, total) => sum + total));
        Assert.Single(await winner.Ledger());
    }

    [Fact]
    public async Task Policy_2_3_A_thousand_wrong_codes_are_locked_and_alerted_and_teach_nothing()
    {
        var (ops, guesser, other) = (await NewOperator(), await NewPayer(), await NewPayer());
        var made = await Make(ops, count: 2);
        await Redeem(other, made.Codes[0]);

        var told = new List<(int Status, string Code)> { Told(await Refused(guesser, made.Codes[0])) }; // used, and looks like the wrong ones
        foreach (var some in Enumerable.Range(0, 999).Chunk(50)) told.AddRange((await Task.WhenAll(some.Select(number => Refused(guesser, $"WRONG{number:00000}")))).Select(Told));

        // The portal repeats a guess that takes long, and who has waited for the first of the two counts all the same: never more than ten are looked at.
        Assert.InRange(told.Count(answer => answer == (422, "voucher_not_accepted")), 1, 10);
        Assert.All(told, answer => Assert.True(answer == (422, "voucher_not_accepted") || answer == (429, "vouchers_locked"), $"{answer}"));
        Assert.Equal(1000, told.Count);
        Assert.Equal((429, "vouchers_locked"), Told(await Refused(guesser, made.Codes[1])));
        await Host.Says($"vn/{guesser.Tenant} tried 10 voucher codes");
        var locked = Assert.Single(await ops.Get<VoucherLockAnswer[]>("/api/operator/voucher-locks"), one => one.Tenant == guesser.Tenant);
        Assert.Equal(locked.Since.AddHours(24), locked.Until);
        Assert.DoesNotContain(made.Codes[0], Host.Log, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await guesser.Ledger());

        using (var unlocked = await ops.Send(HttpMethod.Delete, $"/api/operator/tenants/{guesser.Tenant}/voucher-lock", key: PortalCaller.NewKey()))
            Assert.Equal(HttpStatusCode.NoContent, unlocked.StatusCode);
        Assert.Equal((404, "not_locked"), Told(await ops.Refused(HttpMethod.Delete, $"/api/operator/tenants/{guesser.Tenant}/voucher-lock")));
        await Redeem(guesser, made.Codes[1]);
    }

    [Fact]
    public async Task Codes_can_be_taken_as_a_file_and_a_campaign_is_made_once()
    {
        var ops = await NewOperator();
        var (key, wish) = (PortalCaller.NewKey(), Wish(count: 20));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/operator/voucher-campaigns")
        {
            Content = new StringContent(JsonSerializer.Serialize(wish, PortalJson.Options), System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add("Accept", "text/plain");
        using var answer = await ops.Send(request);

        Assert.Equal((HttpStatusCode.OK, "text/plain", "attachment"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.DispositionType));
        var codes = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(20, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Equal(code, VoucherCode.Read(code)));
        Assert.Equal(codes, (await ops.Post<CampaignAnswer>("/api/operator/voucher-campaigns", wish, key)).Codes); // its answer might have been lost
        Assert.Equal((409, "idempotency_key_reused"), Told(await ops.Refused(HttpMethod.Post, "/api/operator/voucher-campaigns", Wish(count: 21), key)));
    }

    [Fact]
    public async Task M8_What_is_revoked_cannot_be_redeemed_and_what_is_left_of_it_leaves_with_the_reason()
    {
        var (ops, tenant, other) = (await NewOperator(), await NewPayer(), await NewPayer());
        var made = await Make(ops, count: 4);
        await Redeem(tenant, made.Codes[0]);
        var campaign = $"/api/operator/voucher-campaigns/{made.Campaign.Id}";

        using (var revoked = await ops.Send(HttpMethod.Post, $"{campaign}/vouchers/revoke", new { reason = "lost", code = made.Codes[1] }, PortalCaller.NewKey()))
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        Assert.Equal((422, "voucher_not_accepted"), Told(await Refused(other, made.Codes[1])));
        var facts = await ops.Post<CampaignFacts>($"{campaign}/revoke", new { reason = "a mistake" });

        Assert.Equal((1, 4), (facts.Redeemed, facts.Revoked));
        Assert.NotNull(facts.RevokedAt);
        Assert.Equal((422, "voucher_not_accepted"), Told(await Refused(other, made.Codes[2])));
        var last = (await tenant.Ledger())[^1];
        Assert.Equal(("revocation", Amount.Parse("-5"), "a mistake"), (last.Kind, last.Change, last.Description));
        Assert.Equal("revoked", Assert.Single(await tenant.Get<VoucherAnswer[]>("/api/vouchers")).Status);
        Assert.Equal((404, "unknown_voucher"), Told(await ops.Refused(HttpMethod.Post, $"{campaign}/vouchers/revoke", new { reason = "lost", code = "WRONG00000" })));
        Assert.Equal((404, "unknown_campaign"), Told(await ops.Refused(HttpMethod.Post, "/api/operator/voucher-campaigns/none/revoke", new { reason = "lost" })));
    }

    [Fact]
    public async Task Policy_1_4_2_5_What_cannot_be_is_refused_with_its_reason()
    {
        var (ops, tenant) = (await NewOperator(), await NewPayer());
        Assert.Equal((422, "invalid_code"), Told(await Refused(tenant, "SHORT")));
        Assert.Equal((409, "billing_profile_missing"), Told(await Refused(await NewTenant(), "WRONG00000")));
        Assert.Equal((422, "invalid_amount"), Told(await RefusedWish(ops, Wish(amount: "0"))));
        Assert.Equal((422, "unknown_product"), Told(await RefusedWish(ops, Wish(product: "tea"))));
        Assert.Equal((422, "invalid_window"), Told(await RefusedWish(ops, Wish(until: DateTimeOffset.UtcNow.AddDays(-2)))));
        Assert.Equal((422, "invalid_life"), Told(await RefusedWish(ops, Wish(life: 59))));
        Assert.Equal((422, "invalid_count"), Told(await RefusedWish(ops, Wish(count: 1001))));
        Assert.Equal((403, "forbidden"), Told(await RefusedWish(tenant, Wish())));
        var made = await Make(ops);
        Assert.Equal((422, "invalid_reason"), Told(await ops.Refused(HttpMethod.Post, $"/api/operator/voucher-campaigns/{made.Campaign.Id}/revoke", new { reason = " " })));
        Assert.Equal((422, "code_or_voucher"), Told(await ops.Refused(HttpMethod.Post, $"/api/operator/voucher-campaigns/{made.Campaign.Id}/vouchers/revoke", new { reason = "lost" })));
        await tenant.Post<PostingAnswer>("/api/top-ups", new { amount = "500000", currency = "VND" });
        Assert.Equal((409, "other_currency"), Told(await Refused(tenant, made.Codes[0])));
    }

    private async Task<PortalCaller> NewPayer() => await (await NewTenant()).SayWhoPays();

    private static object Wish(int count = 1, string amount = "5", string product = "ai-notebook", long life = 3600, DateTimeOffset? until = null) => new
    {
        name = "Spring", currency = "USD", amount, products = new[] { product }, from = DateTimeOffset.UtcNow.AddDays(-1), until = until ?? DateTimeOffset.UtcNow.AddDays(1), lifeSeconds = life, count,
    };

    private static Task<CampaignAnswer> Make(PortalCaller ops, int count = 1) => ops.Post<CampaignAnswer>("/api/operator/voucher-campaigns", Wish(count));

    private static Task<Refusal> RefusedWish(PortalCaller caller, object wish) => caller.Refused(HttpMethod.Post, "/api/operator/voucher-campaigns", wish);

    private static Task<RedeemedAnswer> Redeem(PortalCaller tenant, string code) => tenant.Post<RedeemedAnswer>("/api/vouchers/redeem", new { code });

    private static Task<HttpResponseMessage> Try(PortalCaller tenant, string code) => tenant.Send(HttpMethod.Post, "/api/vouchers/redeem", new { code }, PortalCaller.NewKey());

    private static Task<Refusal> Refused(PortalCaller tenant, string code) => tenant.Refused(HttpMethod.Post, "/api/vouchers/redeem", new { code });

    private static (int Status, string Code) Told(Refusal refusal) => (refusal.Status, refusal.Code);
}
