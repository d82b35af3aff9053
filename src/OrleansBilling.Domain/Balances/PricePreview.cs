using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

/// <summary>What a price to come would do to a balance, if nothing else happened (policy 3.7). Changes nothing.</summary>
/// <param name="Vms">How many VMs of the package count.</param>
/// <param name="Live">The live balance now.</param>
/// <param name="BurnRate">What is being spent an hour from the price's first instant on, by the prices known now.</param>
/// <param name="BurnRateThen">The same with that price.</param>
/// <param name="ExhaustedAt">When the live balance is zero by the prices known now; null when it is already, or not within ten years.</param>
/// <param name="ExhaustedThen">The same with that price.</param>
public sealed record PricePreview(int Vms, Amount Live, HourlyPrice BurnRate, HourlyPrice BurnRateThen, DateTimeOffset? ExhaustedAt, DateTimeOffset? ExhaustedThen)
{
    /// <summary>Looks ahead.</summary>
    /// <param name="balance">The balance as it is stored.</param>
    /// <param name="rules">Its region's rules.</param>
    /// <param name="then">The same rules with the price.</param>
    /// <param name="package">The package of that price.</param>
    /// <param name="from">The price's first instant.</param>
    /// <param name="now">The present instant.</param>
    public static PricePreview Of(Balance balance, BillingRules rules, BillingRules then, string package, DateTimeOffset from, DateTimeOffset now)
    {
        var at = BalanceStep.Advance(balance, rules, now).Next; // what is due is done in thought alone
        return new PricePreview(
            at.Vms.Packages.Where(count => count.Package == package).Sum(count => count.Counting),
            at.LiveAt(at.AdvancedTo, rules.Prices),
            at.BurnRateAt(from, rules.Prices),
            at.BurnRateAt(from, then.Prices),
            Projection.Exhaustion(at, rules),
            Projection.Exhaustion(at, then));
    }
}
