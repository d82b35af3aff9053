using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Plans;

/// <summary>What is left of a plan, and how long it lasts (policy 2.4, 3.8).</summary>
/// <param name="Remaining">What is left of its credit: before its start all of it; then less its part of the usage that is not posted yet.</param>
/// <param name="UsedUpIn">When that is used up at the present burn rate, after the credit that is used before it; null when nothing uses it, or it lasts longer than a date can tell.</param>
public readonly record struct PlanRunway(Amount Remaining, TimeSpan? UsedUpIn)
{
    /// <summary>How a plan stands.</summary>
    /// <param name="plan">One of the balance's plans.</param>
    /// <param name="balance">The balance, with all done that is due.</param>
    /// <param name="at">The instant, at or after <see cref="Balance.AdvancedTo"/>.</param>
    /// <param name="prices">The region's prices.</param>
    public static PlanRunway Of(Plan plan, Balance balance, DateTimeOffset at, PriceList prices)
    {
        var lot = balance.Lots.Find(lot => lot.Id == plan.Lot)!;
        if (lot.State != LotState.Active || !lot.Scope.Covers(ProductCode.GpuVm)) return new PlanRunway(lot.Remaining, null);
        var (burn, unposted, before) = (balance.BurnRateAt(at, prices), balance.UnpostedAt(at, prices), Amount.Zero);
        foreach (var used in balance.Lots.Where(used => used.Pays(ProductCode.GpuVm)).Order(CreditLot.OrderOfUse))
        {
            var part = unposted > Amount.Zero ? Amount.Min(used.Remaining, unposted) : Amount.Zero;
            unposted -= part;
            if (used.Id == lot.Id) return new PlanRunway(used.Remaining - part, Runway.Of(before + used.Remaining - part, burn));
            before += used.Remaining - part;
        }
        return new PlanRunway(Amount.Zero, Runway.Of(Amount.Zero, burn)); // used up already
    }
}
