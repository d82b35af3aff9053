using Microsoft.AspNetCore.Mvc;
using OrleansBilling.Client;
using OrleansBilling.Contracts;
using OrleansBilling.Portal.Ledger;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Operators;
using OrleansBilling.Portal.Regions;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Statements;

/// <summary>What can be taken away: the month as a page, the ledger and the usage as CSV. For a tenant, and for operators of any tenant.</summary>
internal static class StatementEndpoints
{
    public static void MapStatements(this IEndpointRouteBuilder tenant)
    {
        var group = tenant.MapGroup("/statements").WithTags("Statements").RequireRateLimiting(RateLimits.Streams);
        Describe(
            group.MapGet("", (string? month, int? part, TenantSession session, StatementFiles files, HttpContext context) => files.Page(session.Balance, session.Email, month, part, context)),
            group.MapGet("/ledger.csv", ([AsParameters] LedgerFilter filter, string? status, string? form, TenantSession session, StatementFiles files, HttpContext context) => files.Ledger(session.Balance, filter, status, form, context)),
            group.MapGet("/usage.csv", (string? month, TenantSession session, StatementFiles files, HttpContext context) => files.Usage(session.Balance, month, context)));
    }

    public static void MapTenantStatements(this IEndpointRouteBuilder operators)
    {
        var group = operators.MapGroup("/tenants/{tenant}/statements").WithTags("Operators").RequireRateLimiting(RateLimits.Streams);
        Describe(
            group.MapGet("", async (string tenant, string? month, int? part, PortalRegion region, IBillingClient billing, StatementFiles files, HttpContext context) =>
                await files.Page(await Balance(region, tenant, billing, context), tenant, month, part, context)),
            group.MapGet("/ledger.csv", async (string tenant, [AsParameters] LedgerFilter filter, string? status, string? form, PortalRegion region, IBillingClient billing, StatementFiles files, HttpContext context) =>
                await files.Ledger(await Balance(region, tenant, billing, context), filter, status, form, context)),
            group.MapGet("/usage.csv", async (string tenant, string? month, PortalRegion region, IBillingClient billing, StatementFiles files, HttpContext context) =>
                await files.Usage(await Balance(region, tenant, billing, context), month, context)));
        group.WithMetadata(new ProducesResponseTypeMetadata(404, typeof(ProblemDetails), ["application/problem+json"]));
    }

    private static void Describe(RouteHandlerBuilder page, RouteHandlerBuilder ledger, RouteHandlerBuilder usage)
    {
        page.Produces(200, contentType: "text/html").Refuses(400, 422, 429)
            .WithSummary("The statement of a month, 2026-03, by the region's time zone, as a page to print: opening balance, every kind of entry, usage by VM, closing balance. A month of very many entries has them in parts, `part` 1, 2, …, to which the page leads; the sums are always those of the month.");
        ledger.Produces(200, contentType: "text/csv").Refuses(400, 422, 429)
            .WithSummary("The ledger as CSV, oldest first, with the filters of /api/ledger, `status` too: the newest 100 payments that are processed or failed, with the status of each, or what is in the ledger. `form`: plain, for programs; spreadsheet; spreadsheetDecimalComma, where numbers have a decimal comma.");
        usage.Produces(200, contentType: "text/csv").Refuses(400, 422, 429)
            .WithSummary("The usage of a month as CSV with the columns of FOCUS 1.x (FinOps Open Cost and Usage Specification).");
    }

    private static Task<BalanceId> Balance(PortalRegion region, string tenant, IBillingClient billing, HttpContext context) =>
        TenantEndpoints.BalanceOf(region, tenant, billing, context.RequestAborted);
}
