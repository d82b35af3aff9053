using OrleansBilling.Client;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Plans;

/// <summary>The billing plans that a tenant has (policy 2.4).</summary>
internal static class PlanEndpoints
{
    public static void MapPlans(this IEndpointRouteBuilder tenant) => tenant.MapGet("/plans", List).WithTags("Credits").Produces<PlanView[]>()
        .WithSummary("Billing plans, a row a period, the latest start first: inactive, active, expired or cancelled, what is paid and left, and in how many days that is used up at the present burn rate.");

    private static Task<PlanView[]> List(TenantSession session, IBillingClient billing, CancellationToken cancellation) => billing.GetPlans(session.Balance, cancellation);
}
