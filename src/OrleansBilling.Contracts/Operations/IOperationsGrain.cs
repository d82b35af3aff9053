using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Operations;

/// <summary>What operators look at across the tenants of a region; its key is the region's code. Reads the ledger and changes nothing.</summary>
[Alias("operations")]
public interface IOperationsGrain : IGrainWithStringKey
{
    /// <summary>Tenants by id, after one when given; only of a standing when given.</summary>
    [Alias("tenants")] Task<TenantStandingView[]> Tenants(StandingLevel? standing, string? after, int limit);

    /// <summary>One tenant; null when the region has none of that id.</summary>
    [Alias("find-tenant")] Task<TenantStandingView?> FindTenant(string tenant);

    /// <summary>Orders that are underway, oldest first.</summary>
    [Alias("orders")] Task<TenantOrderView[]> Orders(int limit);

    /// <summary>Tenants whose VMs are to be deleted, soonest first.</summary>
    [Alias("deletions")] Task<TenantStandingView[]> DeletionsDue(int limit);

    /// <summary>
    /// Whom a price to come would touch, by tenant, after one when given, and what it would do to their burn rate and runway. At most 100 at a time.
    /// </summary>
    [Alias("preview-price")] Task<Pricing.PricePreviewPage> PreviewPrice(Pricing.PreviewPrice price, string? after, int limit);

    /// <summary>Holds of the region that are in force.</summary>
    [Alias("holds")] Task<HoldView[]> Holds();

    /// <summary>Payments that a balance of the region refuses, oldest first.</summary>
    [Alias("stuck-payments")] Task<StuckPaymentView[]> StuckPayments(int limit);
}

/// <summary>A tenant's standing as of its last change.</summary>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="Email">The address at its first sign-in; empty when it never signed in.</param>
/// <param name="Currency">The balance's currency; null before the first money event.</param>
/// <param name="Standing">The step of running out.</param>
/// <param name="Total">The posted total.</param>
/// <param name="Vms">How many VMs count.</param>
/// <param name="NegativeSince">Since when below zero.</param>
/// <param name="DeletionAt">When its VMs are to be deleted; null when no deletion is due, or a hold keeps it from happening.</param>
/// <param name="Held">What holds of its own would keep from happening, those of open disputes only where they are the reason; and a deletion that is due and held, by whatever (policy 4.11).</param>
[GenerateSerializer, Immutable, Alias("tenant-standing-view")]
public sealed record TenantStandingView(
    [property: Id(0)] string Tenant, [property: Id(1)] string Email, [property: Id(2)] Currency? Currency, [property: Id(3)] StandingLevel Standing, [property: Id(4)] Amount Total,
    [property: Id(5)] int Vms, [property: Id(6)] DateTimeOffset? NegativeSince, [property: Id(7)] DateTimeOffset? DeletionAt, [property: Id(8)] HeldActions Held);

/// <summary>An order and whose it is.</summary>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="Order">The order.</param>
[GenerateSerializer, Immutable, Alias("tenant-order-view")]
public sealed record TenantOrderView([property: Id(0)] string Tenant, [property: Id(1)] OrderView Order);
