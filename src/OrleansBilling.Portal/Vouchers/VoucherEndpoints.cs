using OrleansBilling.Client;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Vouchers;

/// <summary>Redeeming codes, and what became of them (policy 2.3).</summary>
internal static class VoucherEndpoints
{
    public static void MapVouchers(this IEndpointRouteBuilder tenant)
    {
        var group = tenant.MapGroup("/vouchers").WithTags("Credits");
        group.MapGet("", List).Produces<VoucherView[]>().WithSummary("Voucher credit, newest first: valid, usedUp, expired or revoked, and what is left of it.");
        group.MapPost("/redeem", Redeem).RequireRateLimiting(RateLimits.Vouchers).Produces<RedeemedVoucher>().Refuses(400, 404, 409, 413, 422, 429)
            .WithSummary("Redeems a code. Too many wrong ones, and no code of this tenant is looked at for a while.");
    }

    private static Task<VoucherView[]> List(TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetVouchers(session.Balance, cancellation);

    private static async Task<IResult> Redeem(
        RedeemRequest body, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        _ = key; // a code is redeemed once by itself, so the key has done its work by being there
        if (VoucherCode.Read(body.Code) is not { } code)
            return Problem.Of(422, "invalid_code", $"A code has {VoucherCode.Length} characters, A to Z and 0 to 9.", ("at", "$.code"));
        var reply = await billing.RedeemVoucher(session.Balance, code, cancellation);
        return Refusals.Of(reply) as IResult ?? TypedResults.Ok(reply.Voucher);
    }
}

/// <summary>A code, as a person types it.</summary>
internal sealed record RedeemRequest(string Code);
