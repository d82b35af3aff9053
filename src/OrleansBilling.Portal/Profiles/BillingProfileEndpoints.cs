using OrleansBilling.Client;
using OrleansBilling.Contracts.Tenants;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Profiles;

/// <summary>Who pays: asked before the first payment and the first voucher.</summary>
internal static class BillingProfileEndpoints
{
    public static void MapBillingProfile(this IEndpointRouteBuilder tenant)
    {
        var profile = tenant.MapGroup("/billing-profile").WithTags("Credits");
        profile.MapGet("", Find).Produces<BillingProfile>().Refuses(404).WithSummary("Who pays: a person, or a company with its tax code.");
        profile.MapPut("", Set).Produces<BillingProfile>().Refuses(400, 413, 422).WithSummary("Says who pays, in place of what was said before. Needed before the first payment and the first voucher.");
    }

    private static async Task<IResult> Find(TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        await billing.FindBillingProfile(session.Balance, cancellation) is { } profile ? TypedResults.Ok(profile) : Missing(404);

    private static async Task<IResult> Set(BillingProfile body, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        var profile = body.Trimmed();
        return await billing.SetBillingProfile(session.Balance, key.OperationFor(profile.ToString()), profile, cancellation) is { } fault
            ? Problem.Of(422, "invalid_billing_profile", fault.Rule, ("at", $"$.{fault.Field}"))
            : TypedResults.Ok(await billing.FindBillingProfile(session.Balance, cancellation)); // one that is repeated late has not undone a later one
    }

    /// <summary>Nobody has said who pays.</summary>
    internal static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Missing(int status) =>
        Problem.Of(status, "billing_profile_missing", "Say first who pays: PUT /api/billing-profile.");
}
