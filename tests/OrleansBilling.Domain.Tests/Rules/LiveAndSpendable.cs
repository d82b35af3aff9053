using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>Live, posted and spendable (policy 2.9, 3.8).</summary>
public sealed class LiveAndSpendable
{
    private readonly Tenant tenant = new();

    [Theory]
    [InlineData("10:00:00", "3.000000")]
    [InlineData("10:00:00.999", "3.000000")]
    [InlineData("10:00:01", "2.999295")]
    [InlineData("10:10:52", "2.539978")]
    [InlineData("10:15:00", "2.365000")]
    public void Policy_3_8_Live_is_posted_less_what_was_used_and_not_posted(string at, string live)
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");

        Assert.Equal(live, tenant.LiveAt(at));
    }

    [Fact]
    public void Policy_3_8_Posting_moves_nothing_in_the_live_balance()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
        var before = tenant.LiveAt("10:15:00");

        tenant.Advance("10:15:00");

        Assert.Equal("2.365000", tenant.Balance.Total.ToString());
        Assert.Equal(before, tenant.LiveAt("10:15:00"));
    }

    [Fact]
    public void Policy_2_9_A_notebook_voucher_does_not_keep_a_VM_alive()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Grant("10:00:00", CreditKind.Voucher, "notebook", "100", "ai-notebook");
        tenant.Run("10:00:00", "a");

        tenant.Live("11:15:00");

        Assert.Equal(["a 11:10:52"], tenant.Ordered(OrderKind.Stop));
        Assert.Equal("99.825000", tenant.Balance.Total.ToString());
    }

    [Fact]
    public void Policy_3_2_The_burn_rate_is_the_price_of_every_VM_that_is_billed_now()
    {
        tenant.TopUp("10:00:00", "30");
        tenant.Run("10:00:00", "a");
        tenant.Run("10:00:00", "b");
        tenant.Run("10:00:00", "c");
        tenant.Become("10:01:00", "b", VmStatus.Stopped);
        tenant.Become("10:01:00", "c", VmStatus.Error);

        Assert.Equal("5.080000", tenant.Balance.BurnRateAt(Tenant.At("10:01:00"), tenant.Rules.Prices).ToString());
        Assert.Equal("7.620000", tenant.Balance.HoursCostAt(Tenant.At("10:01:00"), tenant.Rules).ToString());
    }
}
