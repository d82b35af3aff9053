using System.Text.Json;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>Who pays is asked before the first payment, and in which currency is chosen once (policy 1.4).</summary>
public sealed class BillingProfileTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    private static readonly object payment = new { gateway = "stripe", currency = "USD", amount = "25" };

    [Fact]
    public async Task Before_somebody_has_said_who_pays_nothing_is_paid_and_then_it_is()
    {
        var tenant = await NewTenant();
        var key = PortalCaller.NewKey();
        Assert.Equal((404, "billing_profile_missing"), Told(await tenant.Refused(HttpMethod.Get, "/api/billing-profile")));
        Assert.Equal((409, "billing_profile_missing"), Told(await tenant.Refused(HttpMethod.Post, "/api/payments", payment, key)));
        Assert.Empty(await tenant.Get<PaymentAnswer[]>("/api/payments"));

        var company = new ProfileAnswer("company", "Analytical Engines", "ada@example.com", "1 Dorset Street\nLondon", "GB", "GB 123-456");
        Assert.Equal(company, await tenant.Put<ProfileAnswer>("/api/billing-profile", company with { Name = "  Analytical Engines ", Country = "gb" }));

        Assert.Equal(company, await tenant.Get<ProfileAnswer>("/api/billing-profile"));
        Assert.Equal("created", (await tenant.Post<PaymentAnswer>("/api/payments", payment, key)).Status);
        await tenant.SayWhoPays();
        Assert.Equal("Ada Lovelace", (await tenant.Get<ProfileAnswer>("/api/billing-profile")).Name);
    }

    [Fact]
    public async Task Policy_1_1_Who_pays_is_said_for_one_tenant_in_one_region()
    {
        var email = NewEmail();
        await (await NewTenant(Vietnam, email)).SayWhoPays();

        foreach (var other in new[] { await NewTenant(Japan, email), await NewTenant(Vietnam) })
            Assert.Equal((404, "billing_profile_missing"), Told(await other.Refused(HttpMethod.Get, "/api/billing-profile")));
    }

    [Fact]
    public async Task What_is_wrong_with_a_profile_is_said_with_its_place_and_changes_nothing()
    {
        var tenant = await NewTenant();
        var sound = ProfileAnswer.Of("Ada");
        (ProfileAnswer Profile, string At)[] wrong =
        [
            (sound with { Name = " " }, "$.name"), (sound with { Email = "ada" }, "$.email"), (sound with { Address = "" }, "$.address"),
            (sound with { Country = "XX" }, "$.country"), (sound with { Kind = "company" }, "$.taxCode"), (sound with { TaxCode = "=1+1" }, "$.taxCode"),
        ];
        foreach (var (profile, at) in wrong)
        {
            var refusal = await tenant.Refused(HttpMethod.Put, "/api/billing-profile", profile);
            Assert.Equal((422, "invalid_billing_profile", at), (refusal.Status, refusal.Code, refusal.Problem.GetProperty("at").GetString()));
        }
        Assert.Equal(400, (await tenant.Refused(HttpMethod.Put, "/api/billing-profile", new { kind = "charity" })).Status);
        Assert.Equal((404, "billing_profile_missing"), Told(await tenant.Refused(HttpMethod.Get, "/api/billing-profile")));
    }

    [Fact]
    public async Task M5_A_key_that_is_repeated_after_a_later_change_does_not_undo_it_and_is_answered_what_is_stored()
    {
        var tenant = await NewTenant();
        foreach (var (path, first, later) in new (string, object, object)[]
        {
            ("/api/billing-profile", ProfileAnswer.Of("Ada Lovelace"), ProfileAnswer.Of("Ada King")),
            ("/api/notice-settings/language", new { language = "ja" }, new { language = "vi" }),
            ("/api/alerts", new { threshold = "1.00", recipients = new[] { "ada@example.com" } }, new { threshold = "2.00", recipients = new[] { "king@example.com" } }),
        })
        {
            var (key, answers) = (PortalCaller.NewKey(), new List<string>());
            foreach (var (body, by) in new[] { (first, key), (later, PortalCaller.NewKey()), (first, key) })
                using (var answer = await tenant.Send(HttpMethod.Put, path, body, by))
                {
                    Assert.True(answer.IsSuccessStatusCode, path);
                    answers.Add(await answer.Content.ReadAsStringAsync());
                }
            Assert.Equal(answers[1], answers[2]);
        }
        Assert.Equal("Ada King", (await tenant.Get<ProfileAnswer>("/api/billing-profile")).Name);
        Assert.Equal("vi", (await tenant.Get<JsonElement>("/api/notice-settings")).GetProperty("language").GetString());
    }

    [Fact]
    public async Task Policy_1_4_A_currency_is_chosen_once_and_then_fixed()
    {
        var tenant = await (await NewTenant()).SayWhoPays();
        Assert.Null((await tenant.Balance()).Currency);
        Assert.Equal((422, "currency_not_offered"), Told(await tenant.Refused(HttpMethod.Put, "/api/balance/currency", new { currency = "JPY" })));

        Assert.Equal("VND", (await tenant.Put<BalanceAnswer>("/api/balance/currency", new { currency = "VND" })).Currency);

        Assert.Equal("VND", (await tenant.Put<BalanceAnswer>("/api/balance/currency", new { currency = "VND" })).Currency);
        Assert.Equal((409, "other_currency"), Told(await tenant.Refused(HttpMethod.Put, "/api/balance/currency", new { currency = "USD" })));
        Assert.Equal((409, "other_currency"), Told(await tenant.Refused(HttpMethod.Post, "/api/payments", payment)));
        Assert.Equal("VND", (await tenant.Balance()).Currency);
        Assert.Empty(await tenant.Ledger());
    }

    private static (int Status, string Code) Told(Refusal refusal) => (refusal.Status, refusal.Code);
}
