using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Client;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Operators;

/// <summary>Putting a balance right by hand: above a limit one operator asks and another one approves.</summary>
internal static class AdjustmentEndpoints
{
    public static void MapAdjustments(this IEndpointRouteBuilder operators)
    {
        var group = operators.MapGroup("/tenants/{tenant}/adjustments").WithTags("Operators");
        group.MapGet("", List).Produces<WaitingAdjustment[]>().Refuses(404).WithSummary("The adjustments and billing plans that wait for a second operator, oldest first.");
        group.MapPost("/preview", Preview).Produces<AdjustmentPreview>().Refuses(400, 404, 409, 413, 422)
            .WithSummary("What an adjustment would do now: entries, balance, standing, orders, and whether it needs a second operator. Changes nothing.");
        group.MapPost("", Ask).Produces<AdjustmentAnswer>().Produces<AdjustmentAnswer>(202).Refuses(400, 403, 404, 409, 413, 422)
            .WithSummary("Credits or debits a balance, with a reason. Above the limit of the setting Adjustments:ApprovalAbove it is kept (202) until a second operator approves.");
        group.MapPost("/{adjustment}/approval", Approve).Produces<AdjustmentAnswer>().Refuses(400, 403, 404, 409, 422)
            .WithSummary("Approves what another operator asked for, and posts it, or makes the billing plan. Both have signed in with keys of their own.");
        group.MapDelete("/{adjustment}", Withdraw).Produces(204).Refuses(400, 404).WithSummary("Takes back an adjustment or a billing plan that waits.");
    }

    private static async Task<WaitingAdjustment[]> List(string tenant, PortalRegion region, IBillingClient billing, CancellationToken cancellation) =>
        await billing.GetWaitingAdjustments(await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation), cancellation);

    private static async Task<IResult> Preview(
        string tenant, AdjustmentRequest body, IdempotencyKey key, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var balance = await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation);
        if (body.Refusal() is { } refusal) return refusal;
        var preview = await billing.PreviewAdjustment(balance, body.Command(key), cancellation);
        return Refusals.Of(new PostingReply(preview.Result, 0)) as IResult ?? TypedResults.Ok(preview);
    }

    private static async Task<IResult> Ask(
        string tenant, AdjustmentRequest body, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var balance = await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation);
        if (body.Refusal() is { } refusal) return refusal;
        return Answer(key.Operation, await billing.Adjust(balance, body.Command(key), Acting(by), cancellation));
    }

    private static async Task<IResult> Approve(
        string tenant, string adjustment, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        // An adjustment is approved once by itself, so the key has done its work by being there.
        _ = key;
        var balance = await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation);
        return BalanceId.IsId(adjustment) ? Answer(adjustment, await billing.ApproveAdjustment(balance, adjustment, Acting(by), cancellation)) : Unknown(adjustment);
    }

    private static async Task<IResult> Withdraw(
        string tenant, string adjustment, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        _ = key;
        var balance = await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation);
        return BalanceId.IsId(adjustment) && (await billing.WithdrawAdjustment(balance, adjustment, Acting(by), cancellation)).Result == AdjustmentResult.Withdrawn
            ? TypedResults.NoContent()
            : Unknown(adjustment);
    }

    internal static IResult Answer(string adjustment, AdjustmentReply reply) => reply.Result switch
    {
        AdjustmentResult.Posted => TypedResults.Ok(new AdjustmentAnswer(adjustment, reply.Result, reply.Posting?.EntryNumber)),
        AdjustmentResult.AwaitingApproval => TypedResults.Accepted((string?)null, new AdjustmentAnswer(adjustment, reply.Result, null)),
        AdjustmentResult.Refused => reply.Plan is { } plan ? Refusals.Of(plan)! : Refusals.Of(reply.Posting!)!,
        AdjustmentResult.OperationReused => Problem.OperationReused(),
        AdjustmentResult.OwnKeyRequired => Refusals.OwnKeyRequired(),
        AdjustmentResult.SameOperator => Refusals.SameOperator(),
        AdjustmentResult.Withdrawn => Problem.Of(409, "adjustment_withdrawn", "This adjustment was withdrawn. Nothing was posted."),
        AdjustmentResult.TooManyWaiting => Problem.Of(409, "too_many_adjustments", "Too many adjustments of this balance wait already: decide some of them first."),
        AdjustmentResult.Unknown => Unknown(adjustment),
        _ => throw new InvalidOperationException($"Unknown result of an adjustment: {reply.Result}."),
    };

    private static ProblemHttpResult Unknown(string adjustment) => Problem.Of(404, "unknown_adjustment", $"No adjustment '{adjustment}' waits here.");

    internal static ActingOperator Acting(Operator by) => new(by.Name, by.HasOwnKey);
}

/// <summary>What became of an adjustment.</summary>
/// <param name="Adjustment">Its id: the operation in the ledger, and what is approved.</param>
/// <param name="Result">Posted, or awaiting approval.</param>
/// <param name="EntryNumber">The ledger entry; null while it waits, and of a billing plan, whose credit is granted at its start.</param>
internal sealed record AdjustmentAnswer(string Adjustment, AdjustmentResult Result, long? EntryNumber);
