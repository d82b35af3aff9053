using System.Collections.Immutable;
using OrleansBilling.Domain.Metering;

namespace OrleansBilling.Domain.Balances;

/// <summary>What every balance of a region is decided by: the same for all of them at one revision.</summary>
/// <param name="Policy">The numbers of the policy.</param>
/// <param name="Prices">The price list, with the exchange rates.</param>
/// <param name="Holds">The region's holds (policy 4.11); a tenant's own are in its balance.</param>
/// <param name="Revision">Rises with every price version, exchange rate and hold; a commit names the one it was decided by.</param>
public sealed record BillingRules(BillingPolicy Policy, PriceList Prices, ImmutableArray<EnforcementHold> Holds, long Revision)
{
    /// <summary>The rules for a balance: the same, with its prices (<see cref="Balance.PricesOf"/>).</summary>
    public BillingRules For(Balance balance) => balance.PricesOf(Prices) is var prices && ReferenceEquals(prices, Prices) ? this : this with { Prices = prices };
}
