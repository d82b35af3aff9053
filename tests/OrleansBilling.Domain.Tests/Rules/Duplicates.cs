using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>One entry per operation id; a redelivery gets the same answer; the same id with other content is refused (M5).</summary>
public sealed class Duplicates
{
    private readonly Tenant tenant = new();

    [Fact]
    public void M5_A_credit_delivered_twice_is_taken_once()
    {
        var first = tenant.TopUp("10:00:00", "5", "op");
        var again = tenant.TopUp("10:30:00", "5", "op");

        Assert.Equal(new PostingOutcome(PostingResult.Posted, 1), first);
        Assert.Equal(first, again);
        Assert.Equal("5.000000", tenant.Balance.Total.ToString());
    }

    [Fact]
    public void M5_A_charge_delivered_twice_is_taken_once()
    {
        var first = tenant.Charge("10:00:00", "5", operation: "op");

        Assert.Equal(first, tenant.Charge("10:30:00", "5", operation: "op"));
        Assert.Single(tenant.Entries);
    }

    [Fact]
    public void M5_Twice_within_one_step_is_once_too()
    {
        var answers = tenant.Do("10:00:00", step => Enumerable.Range(0, 100).Select(_ => step.TopUp("op", Currency.Usd, Amount.Parse("5"), "card")).Distinct().ToList());

        Assert.Equal([new PostingOutcome(PostingResult.Posted, 1)], answers);
        Assert.Equal("5.000000", tenant.Balance.Total.ToString());
    }

    [Fact]
    public void M5_The_same_id_with_other_content_is_refused()
    {
        tenant.TopUp("10:00:00", "5", "op");

        Assert.Equal(PostingResult.OperationReused, tenant.TopUp("10:00:01", "5.000001", "op").Result);
        Assert.Equal(PostingResult.OperationReused, tenant.Charge("10:00:01", "5", operation: "op").Result);
        Assert.Equal(PostingResult.OperationReused, tenant.Do("10:00:01", step => step.TopUp("op", Currency.Jpy, Amount.Parse("5"), "card")).Result);
        Assert.Single(tenant.Entries);
    }

    [Fact]
    public void M5_A_grant_delivered_twice_is_taken_once_even_after_its_end()
    {
        var first = tenant.Grant("10:00:00", CreditKind.Voucher, "v", "5", until: "11:00:00");

        Assert.Equal(first, tenant.Grant("10:30:00", CreditKind.Voucher, "v", "5", until: "11:00:00"));
        Assert.Equal(first, tenant.Grant("11:30:00", CreditKind.Voucher, "v", "5", until: "11:00:00"));
        Assert.Single(tenant.Balance.Lots);
    }

    [Fact]
    public void M5_A_grant_that_is_not_effective_yet_is_known_by_its_id_too()
    {
        var first = tenant.Grant("10:00:00", CreditKind.Voucher, "v", "5", from: "11:00:00");

        Assert.Equal(new PostingOutcome(PostingResult.Pending, 0), first);
        Assert.Equal(first, tenant.Grant("10:30:00", CreditKind.Voucher, "v", "5", from: "11:00:00"));
        Assert.Equal(PostingResult.OperationReused, tenant.Grant("10:30:00", CreditKind.Voucher, "v", "6", from: "11:00:00").Result);
        Assert.Single(tenant.Balance.Lots);
    }

    [Theory]
    [InlineData(CreditKind.BillingPlan, "5", "", null)]
    [InlineData(CreditKind.Voucher, "6", "", null)]
    [InlineData(CreditKind.Voucher, "5", "gpu-vm", null)]
    [InlineData(CreditKind.Voucher, "5", "", "12:00:00")]
    public void M5_Every_part_of_a_grant_is_its_content(CreditKind kind, string amount, string products, string? until)
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "5");

        Assert.Equal(PostingResult.OperationReused, tenant.Grant("10:00:01", kind, "v", amount, products, until: until).Result);
    }

    [Fact]
    public void A_lots_name_is_taken_once()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "5");

        var other = tenant.Do("10:00:01", step => step.Grant("another", "v", CreditKind.Voucher, Scope.AllProducts, Currency.Usd, Amount.Parse("5"), null, null, "gift"));

        Assert.Equal(new PostingOutcome(PostingResult.LotExists, 0), other);
    }

    [Fact]
    public void M5_A_create_delivered_twice_is_one_VM_and_the_same_answer_even_when_the_money_has_gone()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Create("10:00:00", "a");
        tenant.Charge("10:00:01", "4");

        Assert.Equal(AdmissionResult.Admitted, tenant.Create("10:00:02", "a").Result);
        Assert.Single(tenant.Balance.Vms);
        Assert.Single(tenant.Ordered(OrderKind.Create));
    }

    [Fact]
    public void M5_Another_create_of_the_same_VM_is_refused()
    {
        tenant.TopUp("10:00:00", "30");
        tenant.Create("10:00:00", "a");

        Assert.Equal(AdmissionResult.OperationReused, tenant.Do("10:00:01", step => step.Create("other", "a", "1xH100", new VmTraits("a"))).Result);
        Assert.Equal(AdmissionResult.OperationReused, tenant.Do("10:00:01", step => step.Create("create-a", "a", "2xH100", new VmTraits("a"))).Result);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("vm/a/1")]
    [InlineData("expiry/v/7")]
    public void M5_A_callers_id_is_not_empty_and_not_one_that_the_ledger_makes_itself(string operation) =>
        Assert.Throws<ArgumentException>(() => tenant.TopUp("10:00:00", "5", operation));
}
