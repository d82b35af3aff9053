using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Metering;

/// <summary>
/// The price of a package from an instant on, until the next version's (policy 3.7). In the price list of a balance in another currency
/// a version begins with each exchange rate too, so that nothing else has to know of rates: every second has the price and the rate of
/// its version.
/// </summary>
/// <param name="Id">Unique within the region's price list; named by every charge that used it.</param>
/// <param name="Price">The price of one hour, in the list currency.</param>
/// <param name="From">The first instant at which it holds.</param>
/// <param name="Rate">The exchange rate that holds with it; null where the balance has the list currency.</param>
/// <param name="By">Which operator entered it, for the record; empty: it is of the settings, or of a plan, or nobody said.</param>
public sealed record PriceVersion(int Id, HourlyPrice Price, DateTimeOffset From, RateVersion? Rate = null, string By = "")
{
    /// <summary>What one hour costs in the balance's currency, rounded down once as every cost is (policy 3.6): what is shown and estimated by.</summary>
    public HourlyPrice Hour => Rate is null ? Price : new(checked((long)(ExactHour / ExchangeRate.PicosPerUnit)));

    /// <summary>The same rounded up: no hour costs more.</summary>
    internal HourlyPrice HourAtMost => Rate is null ? Price : new(checked((long)((ExactHour + ExchangeRate.PicosPerUnit - 1) / ExchangeRate.PicosPerUnit)));

    /// <summary>The exact price of an hour: in micro-units, or converted in micro-units ÷ <see cref="ExchangeRate.PicosPerUnit"/>.</summary>
    internal Int128 ExactHour => Rate is null ? Price.MicrosPerHour : (Int128)Price.MicrosPerHour * Rate.Rate.Picos;
}
