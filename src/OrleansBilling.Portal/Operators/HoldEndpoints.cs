using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Client;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Operators;

/// <summary>Keeping automatic stops or deletions from happening, for a tenant or the whole region (policy 4.11).</summary>
internal static class HoldEndpoints
{
    public static void MapHolds(this IEndpointRouteBuilder operators)
    {
        var group = operators.MapGroup("").WithTags("Operators");
        group.MapGet("/holds", List).Produces<HoldView[]>()
            .WithSummary("The region's holds that are in force; a tenant's are with the tenant.");
        group.MapPost("/holds", HoldRegion).Produces<HoldAnswer>().Refuses(400, 409, 413, 422)
            .WithSummary("Holds stops or deletions of every tenant of the region, with a reason and an end.");
        group.MapDelete("/holds/{hold}", ReleaseRegion).Produces(204).Refuses(400, 404).WithSummary("Ends a hold of the region.");
        group.MapPost("/tenants/{tenant}/holds", HoldTenant).Produces<HoldAnswer>().Refuses(400, 404, 409, 413, 422)
            .WithSummary("Holds stops or deletions of one tenant, with a reason and an end.");
        group.MapDelete("/tenants/{tenant}/holds/{hold}", ReleaseTenant).Produces(204).Refuses(400, 404)
            .WithSummary("Ends a hold of a tenant.");
    }

    private static Task<HoldView[]> List(
        PortalRegion region, IBillingClient billing, CancellationToken cancellation) => billing.GetHolds(region.Code, cancellation);

    private static async Task<IResult> HoldRegion(
        HoldRequest body, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        if (body.Refusal() is { } refusal) return refusal;
        var command = body.Command(key, by);
        await billing.HoldRegion(region.Code, command, cancellation);
        return Answer(command, await billing.GetHolds(region.Code, cancellation));
    }

    private static async Task<IResult> HoldTenant(
        string tenant, HoldRequest body, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var balance = await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation);
        if (body.Refusal() is { } refusal) return refusal;
        var command = body.Command(key, by);
        await billing.Hold(balance, command, cancellation);
        return Answer(command, (await billing.GetBalance(balance, cancellation)).Holds);
    }

    private static async Task<IResult> ReleaseRegion(
        string hold, IdempotencyKey key, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        // A hold is ended once by itself, so the key has done its work by being there.
        _ = key;
        return await billing.ReleaseRegion(region.Code, hold, cancellation) ? TypedResults.NoContent() : Unknown(hold);
    }

    private static async Task<IResult> ReleaseTenant(
        string tenant, string hold, IdempotencyKey key, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        _ = key;
        return await billing.Release(await TenantEndpoints.BalanceOf(region, tenant, billing, cancellation), hold, cancellation) ? TypedResults.NoContent() : Unknown(hold);
    }

    // Placing a hold again changes nothing, whatever it asks for; so what is in force tells whether the key was used for another one.
    private static IResult Answer(PlaceHold command, HoldView[] inForce) =>
        inForce.FirstOrDefault(hold => hold.Id == command.Hold) is not { } hold
            ? Problem.Of(409, "hold_ended", "The hold that this Idempotency-Key has placed has ended, and holds nothing. Another one needs another key.")
        : (hold.Actions, hold.Reason, hold.Until) != (command.Actions, command.Reason, command.Until)
            ? Problem.OperationReused()
            : TypedResults.Ok(new HoldAnswer(command.Hold, command.Actions, command.Reason, command.By, command.Until));

    private static ProblemHttpResult Unknown(
        string hold) => Problem.Of(404, "unknown_hold", $"No hold '{hold}' is in force here; it may have ended already.");
}

internal sealed record HoldRequest(HeldActions Actions, string Reason, DateTimeOffset Until)
{
    public IResult? Refusal() =>
        Actions == HeldActions.None ? Problem.Of(422, "invalid_actions", "A hold holds stopping, deletion or both.", ("at", "$.actions"))
        : Operators.Reason.Refusal(Reason);

    public PlaceHold Command(IdempotencyKey key, Operator by) => new(
        key.IdOf("hold"), Actions, Reason, by.Name, DateTimeOffset.FromUnixTimeMilliseconds(Until.ToUnixTimeMilliseconds())); // as it is stored
}

internal sealed record HoldAnswer(string Id, HeldActions Actions, string Reason, string By, DateTimeOffset Until);
