using OrleansBilling.Client;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Ledger;

/// <summary>Everything that has changed the balance.</summary>
internal static class LedgerEndpoints
{
    public static void MapLedger(this IEndpointRouteBuilder tenant) =>
        tenant.MapGet("/ledger", Read).WithTags("Ledger").Produces<LedgerPage>().Refuses(400)
            .WithSummary("The ledger, newest first: of a kind, a product, a VM, from an instant, until (before) another. For the next page hand in its `before`.");

    private static async Task<IResult> Read(
        string? kind, string? product, string? vm, string? from, string? until, long? before, int? limit,
        TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        if (product is not null && !Product.Exists(product)) return Product.Unknown(product);
        var query = new LedgerQuery
        {
            Kind = QueryValues.Choice<EntryKind>(kind, "kind"),
            Product = product,
            Vm = QueryValues.Id(vm, "vm"),
            From = QueryValues.Instant(from, "from"),
            Until = QueryValues.Instant(until, "until"),
            Before = before,
            Limit = QueryValues.Limit(limit, usual: 50, most: 500),
        };
        return TypedResults.Ok(await billing.GetLedger(session.Balance, query, cancellation));
    }
}
