using OrleansBilling.Client;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Operators;

/// <summary>What operators look at across the tenants of the host's region.</summary>
internal static class TenantEndpoints
{
    public static void MapTenants(this IEndpointRouteBuilder operators)
    {
        var group = operators.MapGroup("").WithTags("Operators");
        group.MapGet("/tenants", List).Produces<TenantStandingView[]>().Refuses(400)
            .WithSummary("Tenants by id; of a standing: good, low, exhausted, negative. For the next page hand in the last id as `after`.");
        group.MapGet("/tenants/{tenant}", Read).Produces<TenantAnswer>().Refuses(404)
            .WithSummary("A tenant's balance with its holds, and its VMs, deleted ones included.");
        group.MapGet("/orders", Orders).Produces<TenantOrderView[]>().Refuses(400).WithSummary("Orders that are underway, oldest first.");
        group.MapGet("/deletions", Deletions).Produces<TenantStandingView[]>().Refuses(400)
            .WithSummary("Tenants whose VMs are to be deleted, soonest first.");
    }

    private static Task<TenantStandingView[]> List(
        string? standing, string? after, int? limit, PortalRegion region, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetTenants(
            region.Code,
            QueryValues.Choice<StandingLevel>(standing, "standing"),
            QueryValues.Id(after, "after"),
            QueryValues.Limit(limit, usual: 100, most: 500),
            cancellation);

    private static async Task<TenantAnswer> Read(string tenant, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var balance = await BalanceOf(region, tenant, billing, cancellation);
        return new(tenant, await billing.GetBalance(balance, cancellation), await billing.ListVms(balance, withDeleted: true, cancellation));
    }

    private static Task<TenantOrderView[]> Orders(
        int? limit, PortalRegion region, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetOrders(region.Code, QueryValues.Limit(limit, usual: 100, most: 500), cancellation);

    private static Task<TenantStandingView[]> Deletions(
        int? limit, PortalRegion region, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetDeletionsDue(region.Code, QueryValues.Limit(limit, usual: 100, most: 500), cancellation);

    /// <summary>The balance of a tenant that exists: nobody's money goes to a mistyped one.</summary>
    internal static async Task<BalanceId> BalanceOf(PortalRegion region, string tenant, IBillingClient billing, CancellationToken cancellation) =>
        BalanceId.IsId(tenant) && new BalanceId(region.Code, tenant) is var balance && await billing.FindTenant(balance, cancellation) is not null
            ? balance
            : throw new RefusedException(StatusCodes.Status404NotFound, "unknown_tenant", $"This region has no tenant '{tenant}'.");
}

internal sealed record TenantAnswer(string Tenant, BalanceView Balance, VmView[] Vms);
