using OrleansBilling.Client;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Credits;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Operators;

/// <summary>What operators give a tenant, and charge for products that do not charge by themselves.</summary>
internal static class TenantCreditEndpoints
{
    public static void MapTenantCredits(this IEndpointRouteBuilder operators)
    {
        var tenant = operators.MapGroup("/tenants/{tenant}").WithTags("Operators");
        tenant.MapPost("/credits", Grant).Produces<CreditAnswer>().Refuses(400, 404, 409, 413, 422)
            .WithSummary("Gives billing-plan or voucher credit (policy 2.3–2.6), up to the limit of the setting Adjustments:ApprovalAbove: above it ask for an adjustment.");
        tenant.MapPost("/charges", Charge).Produces<PostingAnswer>().Refuses(400, 404, 409, 413, 422)
            .WithSummary("Charges another product than gpu-vm (policy 3.12), up to the limit of the setting Adjustments:ApprovalAbove; never refused for lack of credit.");
    }

    private static async Task<IResult> Grant(
        string tenant, GrantCreditRequest body, IdempotencyKey key, PortalRegion region, Operator by, IBillingClient billing, CancellationToken cancellation)
    {
        var balance = await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation);
        if (body.Kind == CreditKind.TopUp)
            return Problem.Of(422, "invalid_kind", "A credit given is billingPlan or voucher; a top-up is paid.", ("at", "$.kind"));
        if ((Money.Refusal(body.Amount) ?? Money.Refusal(body.Description)) is { } refusal) return refusal;
        foreach (var product in body.Products ?? [])
            if (!Product.Exists(product)) return Product.Unknown(product);
        if (body.Lot is not null && !BalanceId.IsId(body.Lot))
            return Problem.Of(422, "invalid_lot", "A lot's id has 1 to 64 letters, digits, '-', '_' or '.' within.", ("at", "$.lot"));

        var lot = body.Lot ?? key.IdOf("lot");
        var command = new GrantCredit(
            key.Operation, lot, body.Kind, body.Products ?? [], body.Currency, body.Amount, body.Effective, body.Expires, $"{body.Description} (by {by.Name})");
        var reply = await billing.GrantByHand(balance, command, cancellation);
        return Refusals.Of(reply) as IResult ?? TypedResults.Ok(CreditAnswer.Of(key.Operation, lot, reply));
    }

    private static async Task<IResult> Charge(
        string tenant, ChargeRequest body, IdempotencyKey key, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var balance = await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation);
        if ((Money.Refusal(body.Amount) ?? Money.Refusal(body.Description)) is { } refusal) return refusal;
        if (!Product.Exists(body.Product)) return Product.Unknown(body.Product);
        if (body.Product == ProductCode.GpuVm.Value)
            return Problem.Of(422, "metered_product", "GPU VMs are metered and charged here, and by nobody else.", ("at", "$.product"));
        var reply = await billing.ChargeByHand(balance, new ChargeProduct(key.Operation, body.Product, body.Currency, body.Amount, body.Description), cancellation);
        return Refusals.Of(reply) as IResult ?? TypedResults.Ok(PostingAnswer.Of(key.Operation, reply));
    }
}

/// <summary>A credit to give.</summary>
/// <param name="Kind">Billing plan or voucher.</param>
/// <param name="Amount">Above zero.</param>
/// <param name="Currency">That of the balance.</param>
/// <param name="Description">Its source, for people.</param>
/// <param name="Products">What it pays for; none: everything.</param>
/// <param name="Effective">From when; null: from now on.</param>
/// <param name="Expires">Until when; null: for ever.</param>
/// <param name="Lot">The lot's id; null: made from the Idempotency-Key.</param>
internal sealed record GrantCreditRequest(
    CreditKind Kind, Amount Amount, Currency Currency, string Description,
    string[]? Products = null, DateTimeOffset? Effective = null, DateTimeOffset? Expires = null, string? Lot = null);

/// <summary>What was given.</summary>
internal sealed record CreditAnswer(string Operation, string Lot, PostingResult Result, long? EntryNumber)
{
    public static CreditAnswer Of(
        string operation, string lot, PostingReply reply) =>
        new(operation, lot, reply.Result, reply.EntryNumber == 0 ? null : reply.EntryNumber);
}

internal sealed record ChargeRequest(string Product, Amount Amount, Currency Currency, string Description);
