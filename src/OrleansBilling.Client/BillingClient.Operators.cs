using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Client;

internal sealed partial class BillingClient
{
    public Task<PackageView[]> GetPackages(string region, CancellationToken cancellation = default) =>
        repetition.Call(PriceList(region).Packages, cancellation);

    public Task<PriceReply> AddPrice(string region, AddPrice command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Operation, nameof(command));
        var prices = PriceList(region);
        return repetition.Call(() => prices.AddPrice(command), cancellation);
    }

    public Task<PricePreviewPage> PreviewPrice(string region, PreviewPrice price, string? after = null, int limit = 50, CancellationToken cancellation = default)
    {
        if (after is not null) GrainKeys.Id(after, nameof(after));
        var operations = Operations(region);
        return repetition.Call(() => operations.PreviewPrice(price, after, limit), cancellation);
    }

    public Task<RateView[]> GetRates(string region, Currency? currency = null, int limit = 100, CancellationToken cancellation = default)
    {
        var prices = PriceList(region);
        return repetition.Call(() => prices.Rates(currency, limit), cancellation);
    }

    public Task<RateReply> AddRate(string region, AddRate command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Operation, nameof(command));
        var prices = PriceList(region);
        return repetition.Call(() => prices.AddRate(command), cancellation);
    }

    public Task<TenantStandingView[]> GetTenants(
        string region, StandingLevel? standing = null, string? after = null, int limit = 100, CancellationToken cancellation = default)
    {
        var operations = Operations(region);
        return repetition.Call(() => operations.Tenants(standing, after, limit), cancellation);
    }

    public Task<TenantStandingView?> FindTenant(BalanceId tenant, CancellationToken cancellation = default)
    {
        var operations = Operations(tenant.Region);
        return repetition.Call(() => operations.FindTenant(tenant.Tenant), cancellation);
    }

    public Task<TenantOrderView[]> GetOrders(string region, int limit = 100, CancellationToken cancellation = default)
    {
        var operations = Operations(region);
        return repetition.Call(() => operations.Orders(limit), cancellation);
    }

    public Task<TenantStandingView[]> GetDeletionsDue(string region, int limit = 100, CancellationToken cancellation = default)
    {
        var operations = Operations(region);
        return repetition.Call(() => operations.DeletionsDue(limit), cancellation);
    }

    public Task<HoldView[]> GetHolds(string region, CancellationToken cancellation = default) =>
        repetition.Call(Operations(region).Holds, cancellation);

    public Task Hold(BalanceId balance, PlaceHold command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Hold, nameof(command));
        var grain = Balance(balance);
        return repetition.Call(() => grain.Hold(command), cancellation);
    }

    public Task<bool> Release(BalanceId balance, string hold, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.Release(hold), cancellation);
    }

    public Task HoldRegion(string region, PlaceHold command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Hold, nameof(command));
        var prices = PriceList(region);
        return repetition.Call(() => prices.Hold(command), cancellation);
    }

    public Task<bool> ReleaseRegion(string region, string hold, CancellationToken cancellation = default)
    {
        var prices = PriceList(region);
        return repetition.Call(() => prices.Release(hold), cancellation);
    }

    private IPriceListGrain PriceList(string region) => cluster.GetGrain<IPriceListGrain>(GrainKeys.OfRegion(region));

    private IOperationsGrain Operations(string region) => cluster.GetGrain<IOperationsGrain>(GrainKeys.OfRegion(region));
}
