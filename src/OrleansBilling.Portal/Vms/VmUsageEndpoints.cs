using OrleansBilling.Client;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Vms;

/// <summary>What a VM has cost, and why.</summary>
internal static class VmUsageEndpoints
{
    public static void MapVmUsage(this IEndpointRouteBuilder tenant) =>
        tenant.MapGet("/vms/{vm}/usage", Read).WithTags("VMs").Produces<VmUsage>().Refuses(400, 404)
            .WithSummary("The statuses of a VM, its charges (newest first, in pages) and the totals.");

    private static async Task<IResult> Read(
        string vm, long? before, int? limit, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        var query = new LedgerQuery { Vm = vm, Before = before, Limit = QueryValues.Limit(limit, usual: 100, most: 500) };
        if (await VmEndpoints.Lookup(session, vm, billing, cancellation) is not { } found) return Problem.UnknownVm(vm);
        var history = await billing.GetVmHistory(session.Balance, vm, cancellation);
        var charges = await billing.GetLedger(session.Balance, query, cancellation);
        var totals = new UsageTotals(found.Seconds, found.Cost, found.Charged, found.Cost - found.Charged);
        return TypedResults.Ok(new VmUsage(found, history, charges.Entries, charges.Before, totals));
    }
}

/// <summary>The usage of a VM.</summary>
/// <param name="Vm">The VM as it is now.</param>
/// <param name="History">Its statuses, each from an instant on, earliest first.</param>
/// <param name="Charges">A page of its charges and corrections, newest first.</param>
/// <param name="Before">Hand in for the next page of charges; null when there is none.</param>
/// <param name="Totals">Over its whole life so far.</param>
internal sealed record VmUsage(VmView Vm, StatusView[] History, EntryView[] Charges, long? Before, UsageTotals Totals);

/// <summary>Totals of a VM's life so far.</summary>
/// <param name="Seconds">Billable whole seconds.</param>
/// <param name="Cost">What they cost.</param>
/// <param name="Charged">What of it has been charged.</param>
/// <param name="Uncharged">What of it has not yet.</param>
internal sealed record UsageTotals(long Seconds, Amount Cost, Amount Charged, Amount Uncharged);
