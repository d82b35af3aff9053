using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>Which credit pays first (policy 2.2–2.5, 2.7, 2.8; M7).</summary>
public sealed class OrderOfCredits
{
    private readonly Tenant tenant = new();

    [Fact]
    public void M7_Plan_then_voucher_then_top_up()
    {
        tenant.TopUp("10:00:00", "5");
        tenant.Grant("10:00:00", CreditKind.Voucher, "voucher", "1");
        tenant.Grant("10:00:00", CreditKind.BillingPlan, "plan", "1");

        tenant.Charge("10:01:00", "2.5");

        Assert.Equal("plan -1.000000, voucher -1.000000, topUp -0.500000", LastLines());
    }

    [Fact]
    public void Policy_2_5_Within_a_kind_the_soonest_expiry_first_and_one_without_expiry_last()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "never", "1", "ai-notebook");
        tenant.Grant("10:00:00", CreditKind.Voucher, "late", "1", "ai-notebook", until: "12:00:00");
        tenant.Grant("10:00:00", CreditKind.Voucher, "soon", "1", until: "11:00:00");

        tenant.Charge("10:01:00", "2.5");

        Assert.Equal("soon -1.000000, late -1.000000, never -0.500000", LastLines());
    }

    [Fact]
    public void Policy_2_5_Then_the_narrower_scope()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "all", "1");
        tenant.Grant("10:00:00", CreditKind.Voucher, "two", "1", "ai-notebook,inference");
        tenant.Grant("10:00:00", CreditKind.Voucher, "one", "1", "ai-notebook");

        tenant.Charge("10:01:00", "2.5");

        Assert.Equal("one -1.000000, two -1.000000, all -0.500000", LastLines());
    }

    [Fact]
    public void Policy_2_5_Then_the_oldest()
    {
        tenant.Grant("10:00:00", CreditKind.BillingPlan, "z", "1");
        tenant.Grant("10:00:01", CreditKind.BillingPlan, "a", "1");

        tenant.Charge("10:01:00", "1.5");

        Assert.Equal("z -1.000000, a -0.500000", LastLines());
    }

    [Fact]
    public void Policy_2_4_A_plan_that_expires_late_is_used_before_a_voucher_that_expires_soon()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "voucher", "1", "ai-notebook", until: "10:05:00");
        tenant.Grant("10:00:00", CreditKind.BillingPlan, "plan", "1");

        tenant.Charge("10:01:00", "0.5");

        Assert.Equal("plan -0.500000", LastLines());
    }

    [Fact]
    public void Policy_2_3_A_voucher_pays_only_for_its_products()
    {
        tenant.TopUp("10:00:00", "5");
        tenant.Grant("10:00:00", CreditKind.Voucher, "vm", "1", "gpu-vm");

        tenant.Charge("10:01:00", "0.5");

        Assert.Equal("topUp -0.500000", LastLines());
    }

    [Fact]
    public void Policy_2_8_Only_the_top_up_part_falls_below_zero()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "voucher", "1");

        tenant.Charge("10:01:00", "3");

        Assert.Equal("voucher -1.000000, topUp -2.000000", LastLines());
        Assert.Equal("-2.000000", tenant.Balance.TopUp.ToString());
        Assert.Equal("0.000000", tenant.Balance.TotalOf(CreditKind.Voucher).ToString());
    }

    [Fact]
    public void Policy_2_1_The_total_is_plan_and_voucher_and_top_up()
    {
        tenant.TopUp("10:00:00", "5");
        tenant.Grant("10:00:00", CreditKind.Voucher, "voucher", "1", "ai-notebook");
        tenant.Grant("10:00:00", CreditKind.BillingPlan, "plan", "0.5");
        tenant.Grant("10:00:00", CreditKind.BillingPlan, "later", "7", from: "11:00:00");

        Assert.Equal("6.500000", tenant.Balance.Total.ToString());
        Assert.Equal(["0.500000", "1.000000", "5.000000"], Enum.GetValues<CreditKind>().Select(kind => tenant.Balance.TotalOf(kind).ToString()));
    }

    [Fact]
    public void Policy_2_9_Spendable_on_a_product_leaves_out_what_does_not_pay_for_it()
    {
        tenant.TopUp("10:00:00", "5");
        tenant.Grant("10:00:00", CreditKind.Voucher, "notebook", "9", "ai-notebook");
        tenant.Grant("10:00:00", CreditKind.BillingPlan, "vm", "0.5", "gpu-vm");

        Assert.Equal("5.500000", tenant.Balance.SpendableOn(ProductCode.GpuVm).ToString());
        Assert.Equal("14.000000", tenant.Balance.SpendableOn(new ProductCode("ai-notebook")).ToString());
    }

    [Fact]
    public void A_scope_is_read_as_it_was_written()
    {
        var scope = Scope.Of([new ProductCode("inference"), ProductCode.GpuVm, ProductCode.GpuVm]);

        Assert.Equal("gpu-vm,inference", scope.ToString());
        Assert.Equal(scope, Scope.Parse(scope.ToString()));
        Assert.Equal(Scope.AllProducts, Scope.Parse(""));
        Assert.Throws<FormatException>(() => Scope.Parse("gpu-vm,toaster"));
    }

    private string LastLines() => string.Join(", ", tenant.Entries.Last(entry => entry.Kind == EntryKind.Charge).Lines.Select(line => $"{line.Lot} {line.Change}"));
}
