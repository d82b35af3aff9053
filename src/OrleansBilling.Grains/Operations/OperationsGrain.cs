using Orleans.Concurrency;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Balances;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Payments;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Grains.Operations;

/// <summary>Promises to change nothing: reads across the balances of a region.</summary>
[StatelessWorker]
public sealed class OperationsGrain(ILedgerStore store, RegionRules rules, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock) : Grain, IOperationsGrain
{
    private string Region => this.GetPrimaryKeyString();

    public Task<TenantStandingView[]> Tenants(StandingLevel? standing, string? after, int limit) => store.Tenants(Region, standing, after, Page(limit));

    public Task<TenantStandingView?> FindTenant(string tenant) => store.FindTenant(new BalanceId(Region, tenant));

    public Task<TenantOrderView[]> Orders(int limit) => store.OrdersUnderway(Region, Page(limit));

    public Task<TenantStandingView[]> DeletionsDue(int limit) => store.DeletionsDue(Region, Page(limit));

    public async Task<HoldView[]> Holds()
    {
        var now = clock.Now();
        return [.. (await rules.Refresh(Region)).Holds.Where(hold => hold.Until > now).Select(hold => hold.ToView(wholeRegion: true))];
    }

    public async Task<StuckPaymentView[]> StuckPayments(int limit)
    {
        var stuck = new List<StuckPaymentView>();
        foreach (var payment in await GrainFactory.GetGrain<IStuckPayments>(Region).All())
        {
            if (stuck.Count == Page(limit)) break;
            if (await GrainFactory.GetGrain<IPaymentGrain>(payment).FindStuck() is { } found) stuck.Add(found);
        }
        return [.. stuck];
    }

    private static int Page(int limit) => Math.Clamp(limit, 1, 1000);
}
