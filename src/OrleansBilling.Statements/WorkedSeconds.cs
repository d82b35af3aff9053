using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Statements;

/// <summary>How a part of a VM's charge comes about: seconds × price = amount.</summary>
/// <param name="Seconds">Whole seconds; negative when they are given back.</param>
/// <param name="PricePerHour">The price in force in those seconds.</param>
/// <param name="PriceVersion">Its version; 0: before the first, free of charge; below zero: an own price of one of the tenant's plans.</param>
/// <param name="ExchangeRate">Units of the balance's currency for one of the price list's: 1 where they are the same.</param>
/// <param name="Product">Seconds × price ÷ 3600 × rate with 9 digits after the point, cut.</param>
/// <param name="Amount">What was charged; negative when given back. The parts of a charge sum to it exactly.</param>
public sealed record WorkedSeconds(long Seconds, HourlyPrice PricePerHour, int PriceVersion, decimal ExchangeRate, decimal Product, Amount Amount)
{
    private static readonly Domain.Money.ExchangeRate none = new(Domain.Money.ExchangeRate.PicosPerUnit);
    private static readonly Int128 hour = (Int128)3600 * Domain.Money.ExchangeRate.PicosPerUnit; // in which costs are counted: micro-units × seconds × rate

    /// <summary>
    /// The parts of an entry by price version and exchange rate; none where it charges no VM. A VM's charges are differences of running totals that are cut once
    /// (policy 3.6), so the last part may have a millionth more or less than its product: the fraction that earlier charges left or took.
    /// </summary>
    public static IReadOnlyList<WorkedSeconds> Of(EntryView entry)
    {
        if (entry.Vm is not { } vm) return [];
        var parts = new List<WorkedSeconds>(vm.Priced.Length);
        var (exact, told) = ((Int128)0, Amount.Zero);
        for (var i = 0; i < vm.Priced.Length; i++)
        {
            var (part, rate) = (vm.Priced[i], vm.Priced[i].Rate ?? none);
            var cost = checked((Int128)part.PricePerHour.MicrosPerHour * rate.Picos * part.Seconds);
            exact += cost;
            var through = i == vm.Priced.Length - 1 ? -entry.Change : new Amount(checked((long)(exact / hour)));
            parts.Add(new WorkedSeconds(part.Seconds, part.PricePerHour, part.PriceVersion, (decimal)rate.Picos / Domain.Money.ExchangeRate.PicosPerUnit, ProductOf(cost), through - told));
            told = through;
        }
        return parts;
    }

    // System.Decimal is an integer with a scale: nothing is rounded after the cut.
    private static decimal ProductOf(Int128 cost) => (decimal)(cost * 1000 / hour) / 1000 / Amount.MicrosPerUnit;
}
