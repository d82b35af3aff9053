using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>Amounts are whole micro-units, read and written without rounding, and never wrap around (policy 3.6).</summary>
public sealed class Amounts
{
    [Theory]
    [InlineData("2.54", 2_540_000)]
    [InlineData("-0.000022", -22)]
    [InlineData("0.635", 635_000)]
    [InlineData("3", 3_000_000)]
    [InlineData("9223372036854.775807", long.MaxValue)]
    [InlineData("-9223372036854.775808", long.MinValue)]
    public void Policy_3_6_A_decimal_is_read_to_the_last_digit(string text, long micros) => Assert.Equal(micros, Amount.Parse(text).Micros);

    [Theory]
    [InlineData("0.0000001")]
    [InlineData("9223372036854.775808")]
    [InlineData("99999999999999999999999")]
    [InlineData("-99999999999999999999999")]
    [InlineData("0.00000000000000000000000000000001")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData("$1")]
    [InlineData(" 1")]
    [InlineData("")]
    public void Policy_3_6_What_is_no_such_decimal_is_refused_and_nothing_is_rounded(string text)
    {
        Assert.False(Amount.TryParse(text, out var amount));
        Assert.Equal(Amount.Zero, amount);
        Assert.Throws<FormatException>(() => Amount.Parse(text));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-22)]
    [InlineData(2_540_000)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void An_amount_is_read_as_it_was_written(long micros) => Assert.Equal(micros, Amount.Parse(new Amount(micros).ToString()).Micros);

    [Fact]
    public void Arithmetic_that_leaves_the_range_throws()
    {
        Assert.Throws<OverflowException>(() => new Amount(long.MaxValue) + new Amount(1));
        Assert.Throws<OverflowException>(() => new Amount(long.MinValue) - new Amount(1));
        Assert.Throws<OverflowException>(() => -new Amount(long.MinValue));
        Assert.Throws<OverflowException>(() => new HourlyPrice(long.MaxValue).For(2));
    }

    [Fact]
    public void A_price_is_never_negative() => Assert.Throws<FormatException>(() => HourlyPrice.Parse("-0.01"));

    [Fact]
    public void Policy_3_6_The_greatest_price_is_summed_exactly_over_a_year()
    {
        // 1,000,000,000 units an hour for 365 days: in micro-units × seconds far beyond 64 bits.
        var package = Tenant.Sold("dear", ("2026-01-01T00:00:00Z", "1000000000"));
        var from = Tenant.At("2026-02-01T00:00:00Z");

        var usage = Usage.None.Extend(from, from.AddDays(365), package);

        Assert.Equal("8760000000000.000000", usage.Cost.ToString());
        Assert.Equal(usage.Cost, Usage.None.CostAfter(from, from.AddDays(365), package));
        Assert.Throws<OverflowException>(() => usage.Extend(from, from.AddDays(365), package).Cost);
    }

    [Fact]
    public void Policy_1_4_A_balance_near_the_greatest_amount_refuses_what_would_wrap_around_and_keeps_what_it_has()
    {
        var tenant = new Tenant();
        tenant.TopUp("10:00:00", "9000000000000");

        Assert.Throws<OverflowException>(() => tenant.TopUp("10:00:01", "9000000000000"));

        Assert.Equal("9000000000000.000000", tenant.Balance.Total.ToString());
        Assert.Single(tenant.Entries);
    }

    [Fact]
    public void One_bad_command_among_many_fails_alone()
    {
        var tenant = new Tenant();
        tenant.Do("10:00:00", step =>
        {
            step.TopUp("good", Currency.Usd, Amount.Parse("9000000000000"), "card");
            for (var again = 0; again < 2; again++) // the second time it has not been heard of either
                Assert.Throws<OverflowException>(() => step.Attempt(bad =>
                    bad.Grant("bad", "l", CreditKind.Voucher, Scope.AllProducts, Currency.Usd, Amount.Parse("9000000000000"), null, null, "gift")));
            step.Charge("after", new ProductCode("inference"), Currency.Usd, Amount.Parse("1"), "use");
        });

        Assert.Empty(tenant.Balance.Lots);
        Assert.Equal(["good", "after"], tenant.Entries.Select(entry => entry.Operation));
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }
}
