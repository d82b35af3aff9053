using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Cluster.Tests.Tenants;

/// <summary>Who owns what, where (policy 1).</summary>
public sealed class TenantTests
{
    [Fact]
    public async Task P1_3_fifty_first_sign_ins_that_race_make_one_tenant()
    {
        await using var cluster = await BillingCluster.Start();
        var tenants = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => cluster.Billing.SignIn("vn", "someone", $"address{i}@example.com")));
        var tenant = Assert.Single(tenants.Distinct());
        var stored = Assert.Single(await cluster.Billing.GetTenants("vn"));
        Assert.Equal((tenant.Id, tenant.Email), (stored.Tenant, stored.Email));
        await cluster.Advance(TimeSpan.FromDays(1));
        Assert.Equal(tenant, await cluster.Billing.SignIn("vn", "someone", "other@example.com"));
    }

    [Fact]
    public async Task P1_3_a_sign_in_whose_write_is_lost_is_the_same_tenant_at_the_next()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        ledger.LoseNextAnswer();
        ledger.FailNext();
        var tenants = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => cluster.Billing.SignIn("vn", "someone", "a@example.com")));
        Assert.Equal(Assert.Single(tenants.Distinct()).Id, Assert.Single(await cluster.Billing.GetTenants("vn")).Tenant);
    }

    [Fact]
    public async Task P1_1_P1_3_one_person_in_two_regions_is_two_unrelated_tenants()
    {
        await using var cluster = await BillingCluster.Start(setup =>
        {
            var billing = setup.Billing;
            setup.Billing = options =>
            {
                billing(options);
                options.Regions["jp"] = new RegionOptions { Packages = { ["1xH200"] = new PackageOptions { PricePerHour = "4" } } };
            };
        });
        var (vn, jp) = (await cluster.Billing.SignIn("vn", "someone", "a@example.com"), await cluster.Billing.SignIn("jp", "someone", "a@example.com"));
        Assert.NotEqual(vn.Id, jp.Id);
        await cluster.Billing.TopUp(vn.Balance, new TopUp("op", Currency.Usd, Amount.Parse("7"), "x"));
        await cluster.Billing.TopUp(jp.Balance, new TopUp("op", Currency.Jpy, Amount.Parse("500"), "x"));

        Assert.Equal((Currency.Usd, Amount.Parse("7")), await Total(vn.Balance));
        Assert.Equal((Currency.Jpy, Amount.Parse("500")), await Total(jp.Balance));
        Assert.Equal(vn.Id, Assert.Single(await cluster.Billing.GetTenants("vn")).Tenant);
        Assert.Equal(jp.Id, Assert.Single(await cluster.Billing.GetTenants("jp")).Tenant);
        Assert.Equal(AdmissionResult.UnknownPackage, (await cluster.Billing.CreateVm(vn.Balance, new CreateVm("c", "a", "1xH200", "a", AutoResume: false))).Result);
        Assert.Equal(["1xH200"], (await cluster.Billing.GetPackages("jp")).Select(package => package.Code));

        async Task<(Currency?, Amount)> Total(BalanceId balance)
        {
            var view = await cluster.Billing.GetBalance(balance);
            return (view.Currency, view.Total);
        }
    }

    [Fact]
    public async Task P1_4_a_credit_in_another_currency_is_refused_and_changes_nothing()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.TopUp("7");
        var reply = await cluster.Billing.TopUp(cluster.Tenant, new TopUp("yen", Currency.Jpy, Amount.Parse("7"), "x"));
        Assert.Equal(PostingResult.OtherCurrency, reply.Result);
        Assert.Single(await cluster.Entries());
    }
}
