using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>Other products charge the same balance through the same entrance, with their product code (policy 3.12).</summary>
public sealed class ProductCharges
{
    private readonly Tenant tenant = new();

    [Fact]
    public void Policy_3_12_It_draws_on_the_lots_of_its_product_and_names_it()
    {
        tenant.TopUp("10:00:00", "5");
        tenant.Grant("10:00:00", CreditKind.Voucher, "notebook", "1", "ai-notebook");
        tenant.Grant("10:00:00", CreditKind.Voucher, "vm", "1", "gpu-vm");

        var posted = tenant.Charge("10:05:00", "1.5");

        var entry = tenant.Entries.Last();
        Assert.Equal((PostingResult.Posted, entry.Number), (posted.Result, posted.EntryNumber));
        Assert.Equal(("ai-notebook", null, "-1.500000", "5.500000"), (entry.Product.ToString(), entry.Vm, entry.Change.ToString(), entry.BalanceAfter.ToString()));
        Assert.Equal(["notebook -1.000000", "topUp -0.500000"], entry.Lines.Select(line => $"{line.Lot} {line.Change}"));
    }

    [Fact]
    public void Policy_2_8_It_is_never_refused_for_lack_of_credit()
    {
        Assert.Equal(PostingResult.Posted, tenant.Charge("10:00:00", "7").Result);

        Assert.Equal("-7.000000", tenant.Balance.TopUp.ToString());
        Assert.Equal(Tenant.At("10:00:00"), tenant.Standing.NegativeSince);
    }

    [Fact]
    public void Policy_3_12_It_settles_no_VM()
    {
        tenant.TopUp("10:00:00", "5");
        tenant.Run("10:00:00", "a");

        tenant.Charge("10:05:00", "1");

        Assert.DoesNotContain(tenant.Entries, entry => entry.Vm is not null);
    }

    [Fact]
    public void Policy_4_5_It_can_exhaust_and_that_settles_every_VM()
    {
        tenant.TopUp("10:00:00", "5");
        tenant.Run("10:00:00", "a");

        tenant.Charge("10:05:00", "4.8");

        Assert.Equal(["a 10:05:00"], tenant.Ordered(OrderKind.Stop));
        Assert.Equal((300L, "-0.011666"), (tenant.Entries.Last().Vm!.Seconds, tenant.Entries.Last().BalanceAfter.ToString()));
    }

    [Fact]
    public void Policy_3_12_GPU_VMs_are_charged_by_their_meters_and_not_here() =>
        Assert.Throws<ArgumentException>(() => tenant.Charge("10:00:00", "1", "gpu-vm"));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    public void An_amount_is_above_zero(string amount)
    {
        Assert.Throws<ArgumentException>(() => tenant.Charge("10:00:00", amount));
        Assert.Throws<ArgumentException>(() => tenant.TopUp("10:00:00", amount));
        Assert.Throws<ArgumentException>(() => tenant.Grant("10:00:00", CreditKind.Voucher, "l", amount));
    }

    [Fact]
    public void Policy_2_5_The_products_are_known() =>
        Assert.Equal(
            ["gpu-vm", "gpu-container", "ai-notebook", "model-fine-tuning", "model-hub", "inference"], ProductCode.All.Select(product => ProductCode.Parse(product.Value).ToString()));
}
