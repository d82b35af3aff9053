using OrleansBilling.Client;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Operators;

/// <summary>Billing plans of a tenant: making, payments, renewal, cancellation (policy 2.4, 3.7).</summary>
internal static class TenantPlanEndpoints
{
    public static void MapTenantPlans(this IEndpointRouteBuilder operators)
    {
        var group = operators.MapGroup("/tenants/{tenant}/plans").WithTags("Operators");
        group.MapGet("", List).Produces<PlanView[]>().Refuses(404).WithSummary("The tenant's billing plans, a row a period, the latest start first.");
        group.MapPost("", Make).Produces<PlanView>().Produces<AdjustmentAnswer>(202).Refuses(400, 403, 404, 409, 413, 422)
            .WithSummary("Makes a billing plan, at least a minute ahead. Its credit is granted at its start whatever is paid, its prices hold for this tenant's VMs from its start to its end. When what it gives is above the limit of the setting Adjustments:ApprovalAbove (its credit and what one machine of each package would save by its own price; of a plan that renews for a year, at least two periods) it waits among the adjustments (202), without any effect, until a second operator approves it there.");
        group.MapPost("/{plan}/periods/{period:int}/payments", Pay).Produces<PlanView>().Refuses(400, 404, 409, 413, 422)
            .WithSummary("Records a payment for a period of a plan; below zero takes back what was recorded too much. The balance does not change.");
        group.MapPut("/{plan}/renewal", Renew).Produces<PlanView>().Refuses(400, 404, 409, 413, 422)
            .WithSummary("Says whether the next period follows at the end of the present one, at least a minute before that. It is not switched on where a plan that renews would have needed a second operator's approval (422, approval_needed): make it anew.");
        group.MapDelete("/{plan}", Cancel).Produces<PlanView>().Refuses(400, 404, 409, 422).WithSummary("Cancels a plan, at least a minute before its start.");
    }

    private static async Task<PlanView[]> List(string tenant, PortalRegion region, IBillingClient billing, CancellationToken cancellation) =>
        await billing.GetPlans(await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation), cancellation);

    private static async Task<IResult> Make(
        string tenant, PlanRequest body, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var balance = await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation);
        if (body.Refusal() is { } refusal) return refusal;
        var command = body.Command(key, by);
        var reply = await billing.MakePlanByHand(balance, command, AdjustmentEndpoints.Acting(by), cancellation);
        return reply.Result == AdjustmentResult.Posted
            ? await Answer(PlanResult.Done, balance, command.Plan, period: 1, billing, cancellation)
            : AdjustmentEndpoints.Answer(command.Operation, reply);
    }

    private static async Task<IResult> Pay(
        string tenant, string plan, int period, PlanPaymentRequest body, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var balance = await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation);
        if (body.Refusal() is { } refusal) return refusal;
        var command = new RecordPlanPayment(key.Operation, QueryValues.Id(plan, "plan")!, period, body.Amount, by.Name, body.Note);
        return await Answer(await billing.RecordPlanPayment(balance, command, cancellation), balance, plan, period, billing, cancellation);
    }

    private static async Task<IResult> Renew(
        string tenant, string plan, RenewalRequest body, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var balance = await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation);
        var command = new SwitchPlanRenewal(key.Operation, QueryValues.Id(plan, "plan")!, body.Renews, by.Name);
        return await Answer(await billing.SwitchPlanRenewalByHand(balance, command, cancellation), balance, plan, period: null, billing, cancellation);
    }

    private static async Task<IResult> Cancel(
        string tenant, string plan, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var balance = await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation);
        var command = new CancelPlan(key.Operation, QueryValues.Id(plan, "plan")!, by.Name);
        return await Answer(await billing.CancelPlan(balance, command, cancellation), balance, plan, period: null, billing, cancellation);
    }

    /// <summary>The refusal, or the plan's period as it is now; of no period named the last one.</summary>
    private static async Task<IResult> Answer(PlanResult result, BalanceId balance, string plan, int? period, IBillingClient billing, CancellationToken cancellation) =>
        Refusals.Of(result) as IResult
        ?? TypedResults.Ok((await billing.GetPlans(balance, cancellation)).Where(view => view.Id == plan && (period is null || view.Period == period)).MaxBy(view => view.Period));
}
