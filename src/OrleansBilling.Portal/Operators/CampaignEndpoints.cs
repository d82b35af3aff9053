using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Client;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Credits;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Operators;

/// <summary>Campaigns of vouchers: making, looking at, taking back.</summary>
internal static class CampaignEndpoints
{
    public static void MapCampaigns(this IEndpointRouteBuilder operators)
    {
        var group = operators.MapGroup("/voucher-campaigns").WithTags("Operators");
        group.MapGet("", List).Produces<CampaignView[]>().Refuses(400).WithSummary("The newest campaigns, newest first, with how many vouchers were redeemed and revoked.");
        group.MapPost("", Create).Produces<CampaignAnswer>().Produces<CampaignAnswer>(202).Refuses(400, 403, 404, 409, 413, 422)
            .WithSummary("Makes a campaign. Its codes are in this answer and nowhere else; with `Accept: text/plain` they are a file, one a line. Above the limit of the setting Adjustments:ApprovalAbove, all vouchers together, it has none (202) until a second operator approves; then send it again.");
        group.MapPost("/{campaign}/approval", Approve).Produces<CampaignView>().Refuses(400, 403, 404)
            .WithSummary("Approves a campaign that another operator asked for. Both have signed in with keys of their own; who asked gets the codes.");
        group.MapGet("/{campaign}", Find).Produces<CampaignDetails>().Refuses(400, 404).WithSummary("A campaign, and who has redeemed its vouchers.");
        group.MapPost("/{campaign}/revoke", Revoke).Produces<CampaignView>().Refuses(400, 404, 413, 422)
            .WithSummary("Takes back all of its vouchers: none can be redeemed any more, and what is left of their credit leaves the balances.");
        group.MapPost("/{campaign}/vouchers/revoke", RevokeVoucher).Produces(204).Refuses(400, 404, 413, 422)
            .WithSummary("Takes back one voucher, by its code or by the id of its credit in a tenant's balance.");
    }

    private static Task<CampaignView[]> List(int? limit, PortalRegion region, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetCampaigns(region.Code, QueryValues.Limit(limit, usual: 50, most: 100), cancellation);

    private static async Task<IResult> Create(
        CampaignRequest body, IdempotencyKey key, Operator by, PortalRegion region, HttpContext context, IBillingClient billing, CancellationToken cancellation)
    {
        if (body.Refusal() is { } refusal) return refusal;
        var reply = await billing.CreateCampaign(region.Code, key.IdOf("campaign"), body.Command(by), cancellation);
        if (Refusals.Of(reply) is { } refused) return refused;
        if (reply.Result == CampaignResult.AwaitingApproval) return TypedResults.Accepted((string?)null, new CampaignAnswer(reply.Campaign!, []));
        return context.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType == "text/plain")
            ? TypedResults.File(Encoding.ASCII.GetBytes(string.Join('\n', reply.Codes) + '\n'), "text/plain", $"{reply.Campaign!.Id}.txt")
            : TypedResults.Ok(new CampaignAnswer(reply.Campaign!, reply.Codes));
    }

    private static async Task<IResult> Approve(string campaign, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        _ = key; // a campaign is approved once by itself, so the key has done its work by being there
        var reply = await billing.ApproveCampaign(region.Code, QueryValues.Id(campaign, "campaign")!, AdjustmentEndpoints.Acting(by), cancellation);
        return reply.Result == CampaignResult.Created ? TypedResults.Ok(reply.Campaign!) : Refusals.Of(reply)!;
    }

    private static async Task<IResult> Find(string campaign, PortalRegion region, IBillingClient billing, CancellationToken cancellation) =>
        await billing.FindCampaign(region.Code, QueryValues.Id(campaign, "campaign")!, cancellation) is { } found
            ? TypedResults.Ok(new CampaignDetails(found, await billing.GetRedemptions(region.Code, campaign, cancellation)))
            : Unknown(campaign);

    private static async Task<IResult> Revoke(
        string campaign, RevocationRequest body, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        _ = key; // what is revoked stays so, so the key has done its work by being there
        if (Reason.Refusal(body.Reason) is { } refusal) return refusal;
        return await billing.RevokeCampaign(region.Code, QueryValues.Id(campaign, "campaign")!, by.Name, body.Reason, cancellation)
            ? TypedResults.Ok(await billing.FindCampaign(region.Code, campaign, cancellation))
            : Unknown(campaign);
    }

    private static async Task<IResult> RevokeVoucher(
        string campaign, VoucherRevocationRequest body, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        _ = key;
        if (Reason.Refusal(body.Reason) is { } refusal) return refusal;
        if ((body.Code is null) == (body.Voucher is null)) return Problem.Of(422, "code_or_voucher", "Name the voucher by its code or by the id of its credit.", ("at", "$"));
        var command = new RevokeVoucher(body.Code, body.Voucher, by.Name, body.Reason);
        return await billing.RevokeVoucher(region.Code, QueryValues.Id(campaign, "campaign")!, command, cancellation)
            ? TypedResults.NoContent()
            : Problem.Of(404, "unknown_voucher", "The campaign has no such voucher.");
    }

    private static ProblemHttpResult Unknown(string campaign) => Problem.Of(404, "unknown_campaign", $"This region has no campaign '{campaign}'.");
}

/// <summary>A campaign to make.</summary>
/// <param name="Name">For people.</param>
/// <param name="Currency">Of the balances that can redeem its vouchers.</param>
/// <param name="Amount">Of each voucher.</param>
/// <param name="From">From when it may be redeemed.</param>
/// <param name="Until">Until when it may be redeemed.</param>
/// <param name="Life">How long the credit pays from its redemption.</param>
/// <param name="Count">How many vouchers.</param>
/// <param name="Products">What the credit pays for; none: everything.</param>
internal sealed record CampaignRequest(
    string Name, Currency Currency, Amount Amount, DateTimeOffset From, DateTimeOffset Until, TimeSpan Life, int Count, string[]? Products = null)
{
    public IResult? Refusal()
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 100 || Name.Any(char.IsControl))
            return Problem.Of(422, "invalid_name", "A name has 1 to 100 characters, not only blanks, and no control characters.", ("at", "$.name"));
        if (Money.Refusal(Amount) is { } refusal) return refusal;
        foreach (var product in Products ?? [])
            if (!Product.Exists(product)) return Product.Unknown(product);
        if (From >= Until) return Problem.Of(422, "invalid_window", "It may be redeemed from an instant until a later one.", ("at", "$.until"));
        if (Life < VoucherTerms.ShortestLife || Life > VoucherTerms.LongestLife)
            return Problem.Of(422, "invalid_life", "The credit lives for one minute to ten years.", ("at", "$.lifeSeconds"));
        return Count is >= 1 and <= CreateCampaign.MostVouchers
            ? null
            : Problem.Of(422, "invalid_count", $"A campaign has 1 to {CreateCampaign.MostVouchers} vouchers.", ("at", "$.count"));
    }

    public CreateCampaign Command(Operator by) => new(Name, Currency, Amount, Products ?? [], From, Until, Life, Count, by.Name, by.HasOwnKey);
}

/// <summary>A campaign that was made.</summary>
/// <param name="Campaign">The campaign.</param>
/// <param name="Codes">Its codes, this once; none while it waits for a second operator.</param>
internal sealed record CampaignAnswer(CampaignView Campaign, string[] Codes);

internal sealed record CampaignDetails(CampaignView Campaign, RedemptionView[] Redemptions);

internal sealed record RevocationRequest(string Reason);

/// <summary>A voucher to take back.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Code">Its code; or</param>
/// <param name="Voucher">the id of its credit.</param>
internal sealed record VoucherRevocationRequest(string Reason, string? Code = null, string? Voucher = null);
