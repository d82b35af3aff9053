using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Plans;

/// <summary>What an operator gives with a billing plan, as a limit for operators judges it: an estimate, and no promise.</summary>
public static class PlanWorth
{
    private const int FewestPeriods = 2;
    private static readonly TimeSpan renewed = TimeSpan.FromDays(365);

    /// <summary>
    /// In micro-units of the balance's currency: the credit of a period, and what one machine of each package with an own price would save by it if it ran all the time. Of a plan that renews, for as
    /// many periods as begin within a year, at least two.
    /// </summary>
    /// <param name="terms">What was agreed on for a period.</param>
    /// <param name="renews">Whether the next period follows at the end of each.</param>
    /// <param name="currency">The balance's currency.</param>
    /// <param name="region">The region's price list.</param>
    /// <returns><see cref="Int128.MaxValue"/> where nobody can say what own prices are worth, because no price or no exchange rate is in force at the plan's start.</returns>
    public static Int128 Of(PlanTerms terms, bool renews, Currency currency, PriceList region)
    {
        var (list, period, length) = (region.In(currency), (Int128)terms.Credit.Micros, terms.To - terms.From);
        foreach (var own in terms.Prices)
        {
            if (!list.Packages.TryGetValue(own.Package, out var sold) || sold.InForceAt(terms.From) is not { } listed) return Int128.MaxValue;
            var saved = listed.HourAtMost.MicrosPerHour - (listed with { Price = own.Price }).Hour.MicrosPerHour;
            if (saved > 0) period += (Int128)saved * CeilingOf(length, TimeSpan.FromHours(1));
        }
        return renews ? period * Math.Max(FewestPeriods, CeilingOf(renewed, length)) : period;
    }

    private static long CeilingOf(TimeSpan whole, TimeSpan part) => (whole.Ticks + part.Ticks - 1) / part.Ticks;
}
