using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Statements;

namespace OrleansBilling.Cluster.Tests.Statements;

/// <summary>A charge opens to seconds × price = amount (policy 3.6, 3.7).</summary>
public sealed class WorkedSecondsTests
{
    [Fact]
    public void P3_4_a_quarter_hour_of_the_published_price_is_worked_out()
    {
        var part = Assert.Single(WorkedSeconds.Of(MadeEntry.Charge("0.635", (1, "2.54", 900))));
        Assert.Equal((900, "2.540000", 1, 1m, 0.635m, "0.635000"), (part.Seconds, $"{part.PricePerHour}", part.PriceVersion, part.ExchangeRate, part.Product, $"{part.Amount}"));
    }

    [Fact]
    public void P3_6_the_parts_of_a_charge_sum_to_it_whatever_earlier_charges_left()
    {
        // 600 s at 2.54 are 0.423333…, 300 s at 3.60 are 0.3; and a millionth that the charges before it had cut.
        var parts = WorkedSeconds.Of(MadeEntry.Charge("0.723334", (1, "2.54", 600), (2, "3.60", 300)));
        Assert.Equal([("0.423333", 0.423333333m), ("0.300001", 0.3m)], parts.Select(part => ($"{part.Amount}", part.Product)));
    }

    [Fact]
    public void P3_7_seconds_at_two_exchange_rates_are_two_parts_that_sum_to_the_charge()
    {
        // 600 s at $2.54 and 25,400.5 đồng are 10,752.878333…, 300 s at 25,500 are 5,397.5; together cut once.
        var charge = MadeEntry.Charge("16150.378333");
        var (monday, tuesday) = (ExchangeRate.Parse("25400.5"), ExchangeRate.Parse("25500"));
        var price = HourlyPrice.Parse("2.54");
        var parts = WorkedSeconds.Of(charge with { Vm = charge.Vm! with { Priced = [new PricedSecondsView(1, price, 600, 1, monday), new PricedSecondsView(1, price, 300, 2, tuesday)] } });
        Assert.Equal(
            [(25400.5m, 10752.878333333m, "10752.878333"), (25500m, 5397.5m, "5397.500000")],
            parts.Select(part => (part.ExchangeRate, part.Product, $"{part.Amount}")));
    }

    [Fact]
    public void P3_9_seconds_that_are_given_back_are_negative_and_so_is_their_amount()
    {
        var part = Assert.Single(WorkedSeconds.Of(MadeEntry.Charge("-0.254", (1, "2.54", -360))));
        Assert.Equal((-360, -0.254m, "-0.254000"), (part.Seconds, part.Product, $"{part.Amount}"));
    }
}
