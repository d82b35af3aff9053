using OrleansBilling.Client;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Notices;

/// <summary>What the tenant was told.</summary>
internal static class NoticeEndpoints
{
    public static void MapNotices(this IEndpointRouteBuilder tenant) =>
        tenant.MapGet("/notices", Read).WithTags("Notices").Produces<NoticeView[]>().Refuses(400)
            .WithSummary("The notices, newest first; those before a number when `before` is given.");

    private static Task<NoticeView[]> Read(
        long? before, int? limit, TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetNotices(session.Balance, before, QueryValues.Limit(limit, usual: 50, most: 200), cancellation);
}
