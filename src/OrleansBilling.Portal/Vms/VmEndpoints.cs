using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Client;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Vms;

/// <summary>GPU VMs in the order of their lives.</summary>
internal static class VmEndpoints
{
    public static void MapVms(this IEndpointRouteBuilder tenant)
    {
        var vms = tenant.MapGroup("/vms").WithTags("VMs");
        vms.MapGet("", List).Produces<VmView[]>().Refuses(400)
            .WithSummary("The VMs in the order of their creation; also deleted ones with ?deleted=true.");
        vms.MapPost("", Create).Produces<VmView>(202).Refuses(400, 402, 404, 409, 413, 422)
            .WithSummary("Asks for a new VM. Refused below one hour's cost of everything that counts, with the numbers (policy 4.1, 4.2).");
        vms.MapGet("/{vm}", Find).Produces<VmView>().Refuses(404).WithSummary("One VM.");
        vms.MapPost("/{vm}/power-on", PowerOn).Produces<VmView>(202).Refuses(400, 402, 404, 409)
            .WithSummary("Powers on a stopped VM. Refused below one hour's cost.");
        vms.MapPost("/{vm}/power-off", PowerOff).Produces<VmView>(202).Refuses(400, 404, 409)
            .WithSummary("Powers off a running VM. A stopped VM is billed in full (policy 3.2).");
        vms.MapPost("/{vm}/reboot", Reboot).Produces<VmView>(202).Refuses(400, 402, 404, 409)
            .WithSummary("Reboots a running VM. Refused below one hour's cost.");
        vms.MapPatch("/{vm}", Change).Produces<VmView>().Refuses(400, 404, 409, 413, 422)
            .WithSummary("Renames it, locks or unlocks it against deletion, chooses automatic resume after a cure.");
        vms.MapDelete("/{vm}", Delete).Produces<VmView>(202).Refuses(400, 404, 409)
            .WithSummary("Deletes it with all its data; billing ends at once (policy 3.10). Refused while it is locked.");
    }

    private static Task<VmView[]> List(bool? deleted, TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        billing.ListVms(session.Balance, deleted ?? false, cancellation);

    private static async Task<IResult> Create(
        CreateVmRequest body, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        if (!IsName(body.Name)) return InvalidName();
        // The VM is named by the key alone, the operation by what is asked for too: the same key for something else meets a VM that
        // another operation has made.
        var vm = key.IdOf("vm");
        var operation = key.OperationFor(body.Package, body.Name, $"{body.AutoResume}");
        var reply = await billing.CreateVm(session.Balance, new CreateVm(operation, vm, body.Package, body.Name, body.AutoResume), cancellation);
        if (Refusals.Of(reply, null) is null) return await Accepted(session, vm, billing, cancellation);
        var balance = await billing.GetBalance(session.Balance, cancellation);
        return Refusals.Of(reply, balance.Currency)!;
    }

    private static async Task<IResult> Find(string vm, TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        await Lookup(session, vm, billing, cancellation) is { } found ? TypedResults.Ok(found) : Problem.UnknownVm(vm);

    private static Task<IResult> PowerOn(
        string vm, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        Ask(VmRequest.PowerOn, vm, key, session, billing, cancellation);

    private static Task<IResult> PowerOff(
        string vm, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        Ask(VmRequest.PowerOff, vm, key, session, billing, cancellation);

    private static Task<IResult> Reboot(
        string vm, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        Ask(VmRequest.Reboot, vm, key, session, billing, cancellation);

    private static Task<IResult> Delete(
        string vm, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        Ask(VmRequest.Delete, vm, key, session, billing, cancellation);

    private static async Task<IResult> Change(
        string vm, ChangeVmRequest body, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        if (body is { Name: null, Locked: null, AutoResume: null }) return Problem.Of(422, "nothing_to_change", "Name at least one of name, locked, autoResume.");
        if (body.Name is not null && !IsName(body.Name)) return InvalidName();
        if (await Lookup(session, vm, billing, cancellation) is null) return Problem.UnknownVm(vm);
        var reply = await billing.ChangeVm(session.Balance, vm, new ChangeVm(key.Operation, body.Name, body.Locked, body.AutoResume), cancellation);
        return Refusals.Of(reply, vm, null) as IResult ?? await Find(vm, session, billing, cancellation);
    }

    private static async Task<IResult> Ask(
        VmRequest request, string vm, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        // Looked up first, so that guessed ids do not wake VMs that never were.
        if (await Lookup(session, vm, billing, cancellation) is null) return Problem.UnknownVm(vm);
        var reply = await billing.Ask(session.Balance, vm, key.Operation, request, cancellation);
        if (Refusals.Of(reply, vm, null) is null) return await Accepted(session, vm, billing, cancellation);
        var balance = await billing.GetBalance(session.Balance, cancellation);
        return Refusals.Of(reply, vm, balance.Currency)!;
    }

    private static async Task<IResult> Accepted(TenantSession session, string vm, IBillingClient billing, CancellationToken cancellation) =>
        TypedResults.Accepted($"/api/vms/{vm}", await billing.FindVm(session.Balance, vm, cancellation));

    internal static Task<VmView?> Lookup(TenantSession session, string vm, IBillingClient billing, CancellationToken cancellation) =>
        BalanceId.IsId(vm) ? billing.FindVm(session.Balance, vm, cancellation) : Task.FromResult<VmView?>(null);

    private static bool IsName(
        string name) => name.Length is >= 1 and <= 64 && !string.IsNullOrWhiteSpace(name) && !name.Any(char.IsControl);

    private static ProblemHttpResult InvalidName(
        ) =>
        Problem.Of(422, "invalid_name", "A name has 1 to 64 characters, not only blanks, and no control characters.", ("at", "$.name"));
}

internal sealed record CreateVmRequest(string Package, string Name, bool AutoResume = false);

internal sealed record ChangeVmRequest(string? Name = null, bool? Locked = null, bool? AutoResume = null);
