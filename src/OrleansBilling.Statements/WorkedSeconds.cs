using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Statements;

/// <summary>How a part of a VM's charge comes about: seconds × price = amount.</summary>
/// <param name="Seconds">Whole seconds; negative when they are given back.</param>
/// <param name="PricePerHour">The price in force in those seconds.</param>
/// <param name="PriceVersion">Its version; 0: before the first, free of charge.</param>
/// <param name="ExchangeRate">Units of the balance's currency for one of the price list's: 1 where they are the same.</param>
/// <param name="Product">Seconds × price ÷ 3600 × rate with 9 digits after the point, cut.</param>
/// <param name="Amount">What was charged; negative when given back. The parts of a charge sum to it exactly.</param>
public sealed record WorkedSeconds(long Seconds, HourlyPrice PricePerHour, int PriceVersion, decimal ExchangeRate, decimal Product, Amount Amount)
{
    private const int SecondsPerHour = 3600;

    /// <summary>
    /// The parts of an entry by price version; none where it charges no VM. A VM's charges are differences of running totals that are cut once
    /// (policy 3.6), so the last part may have a millionth more or less than its product: the fraction that earlier charges left or took.
    /// </summary>
    public static IReadOnlyList<WorkedSeconds> Of(EntryView entry)
    {
        if (entry.Vm is not { } vm) return [];
        var parts = new List<WorkedSeconds>(vm.Priced.Length);
        var (exact, told) = ((Int128)0, Amount.Zero);
        for (var i = 0; i < vm.Priced.Length; i++)
        {
            var (version, price, seconds) = vm.Priced[i];
            exact += (Int128)price.MicrosPerHour * seconds;
            var through = i == vm.Priced.Length - 1 ? -entry.Change : new Amount(checked((long)(exact / SecondsPerHour)));
            parts.Add(new WorkedSeconds(seconds, price, version, 1, ProductOf(price, seconds), through - told));
            told = through;
        }
        return parts;
    }

    // System.Decimal is an integer with a scale: what is divided here is exact to more digits than are shown.
    private static decimal ProductOf(HourlyPrice price, long seconds) =>
        decimal.Truncate((decimal)price.MicrosPerHour * seconds * 1000 / SecondsPerHour) / 1000 / Amount.MicrosPerUnit;
}
