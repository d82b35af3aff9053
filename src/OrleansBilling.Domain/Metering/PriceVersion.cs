using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Metering;

/// <summary>The price of a package from an instant on, until the next version's (policy 3.7).</summary>
/// <param name="Id">Unique within the region's price list; named by every charge that used it.</param>
/// <param name="Price">The price of one hour.</param>
/// <param name="From">The first instant at which it holds.</param>
public sealed record PriceVersion(int Id, HourlyPrice Price, DateTimeOffset From);
