using OrleansBilling.Client;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Operators;

/// <summary>Tenants that tried too many voucher codes.</summary>
internal static class VoucherLockEndpoints
{
    public static void MapVoucherLocks(this IEndpointRouteBuilder operators)
    {
        var group = operators.MapGroup("").WithTags("Operators");
        group.MapGet("/voucher-locks", List).Produces<VoucherLockView[]>().Refuses(400)
            .WithSummary("Tenants whose voucher codes are not looked at because too many were wrong, the last one first.");
        group.MapDelete("/tenants/{tenant}/voucher-lock", Unlock).Produces(204).Refuses(400, 404).WithSummary("Looks at a tenant's voucher codes again.");
    }

    private static Task<VoucherLockView[]> List(int? limit, PortalRegion region, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetVoucherLocks(region.Code, QueryValues.Limit(limit, usual: 100, most: 100), cancellation);

    private static async Task<IResult> Unlock(
        string tenant, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        _ = key; // a lock is ended once by itself
        return await billing.UnlockVouchers(await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation), by.Name, cancellation)
            ? TypedResults.NoContent()
            : Problem.Of(404, "not_locked", "The tenant is not locked; the lock may have ended already.");
    }
}
