using Orleans.Concurrency;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Balances;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Payments;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Grains.Operations;

/// <summary>Promises to change nothing: reads across the balances of a region.</summary>
[StatelessWorker]
public sealed class OperationsGrain(ILedgerStore store, RegionRules rules, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock) : Grain, IOperationsGrain
{
    private const int MostPreviewed = 100;
    private const int PreviewedAtOnce = 8;

    private string Region => this.GetPrimaryKeyString();

    public Task<TenantStandingView[]> Tenants(StandingLevel? standing, string? after, int limit) => store.Tenants(Region, standing, after, Page(limit));

    public Task<TenantStandingView?> FindTenant(string tenant) => store.FindTenant(new BalanceId(Region, tenant));

    public Task<TenantOrderView[]> Orders(int limit) => store.OrdersUnderway(Region, Page(limit));

    public Task<TenantStandingView[]> DeletionsDue(int limit) => store.DeletionsDue(Region, Page(limit));

    public async Task<PricePreviewPage> PreviewPrice(PreviewPrice price, string? after, int limit)
    {
        var (known, now) = (await rules.Refresh(Region), clock.Now());
        var from = price.From.ToMilliseconds();
        if (!known.Prices.Packages.TryGetValue(price.Package, out var package)) return new PricePreviewPage(PriceResult.UnknownPackage, [], null);
        if (from < now) return new PricePreviewPage(PriceResult.TooSoon, [], null);
        if (package.Versions.Any(version => version.From == from)) return new PricePreviewPage(PriceResult.InstantTaken, [], null);

        var then = known with { Prices = known.Prices.With(price.Package, new PriceVersion(int.MaxValue, price.PricePerHour, from)) };
        var most = Math.Clamp(limit, 1, MostPreviewed);
        var touched = await store.BalancesWithPackage(Region, price.Package, after is null ? null : new BalanceId(Region, after), most);
        var previews = new TenantPreviewView[touched.Length];
        // From the ledger: no grain is woken, and whatever this computes is thrown away.
        await Parallel.ForAsync(0, touched.Length, new ParallelOptions { MaxDegreeOfParallelism = PreviewedAtOnce }, async (place, _) =>
        {
            var balance = (await store.Load(touched[place])).Balance;
            var seen = PricePreview.Of(balance, known, then, price.Package, from, now);
            previews[place] = new TenantPreviewView(
                touched[place].Tenant, balance.Currency, seen.Vms, seen.Live, seen.BurnRate, seen.BurnRateThen, Left(seen.ExhaustedAt), Left(seen.ExhaustedThen));

            TimeSpan? Left(DateTimeOffset? exhausted) => seen.Live <= Amount.Zero ? TimeSpan.Zero : exhausted - now;
        });
        return new PricePreviewPage(PriceResult.Entered, previews, touched.Length < most ? null : touched[^1].Tenant);
    }

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
