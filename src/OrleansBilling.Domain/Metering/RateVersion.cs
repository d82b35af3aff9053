using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Metering;

/// <summary>The exchange rate of a currency from an instant on, until the next one's (policy 3.7). When no next one is known it goes on.</summary>
/// <param name="Id">Unique within the region's price list; named by every charge that used it.</param>
/// <param name="Currency">The currency of the balances that it is for.</param>
/// <param name="Rate">What one unit of the list currency is worth in it.</param>
/// <param name="From">The first instant at which it holds.</param>
/// <param name="By">Who entered it, for the record; empty: nobody said.</param>
public sealed record RateVersion(int Id, Currency Currency, ExchangeRate Rate, DateTimeOffset From, string By = "");
