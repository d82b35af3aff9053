using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Client;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Operators;

/// <summary>Prices to come, and whom they would touch (policy 3.7).</summary>
internal static class PriceEndpoints
{
    public static void MapPrices(this IEndpointRouteBuilder operators)
    {
        operators.MapGet("/prices", List).WithTags("Operators").Produces<PackageView[]>()
            .WithSummary("The packages with all versions of their prices, and which operator has entered each.");
        operators.MapPost("/prices", Add).WithTags("Operators").Produces<PriceAnswer>().Refuses(400, 404, 409, 413, 422)
            .WithSummary("Enters a price of a package from an instant on, at least a minute ahead. The past never changes.");
        operators.MapGet("/prices/preview", Preview).WithTags("Operators").Produces<PricePreviewAnswer>().Refuses(400, 404, 409, 422)
            .WithSummary("Whom a price to come would touch, and what it would do to their burn rate and runway. Changes nothing. For the next page hand in its `next` as `after`.");
    }

    private static Task<PackageView[]> List(PortalRegion region, IBillingClient billing, CancellationToken cancellation) => billing.GetPackages(region.Code, cancellation);

    private static async Task<IResult> Add(
        PriceRequest body, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var reply = await billing.AddPrice(region.Code, new AddPrice(key.Operation, body.Package, body.PricePerHour, body.From, by.Name), cancellation);
        return Refusal(reply.Result, body.Package) as IResult ?? TypedResults.Ok(new PriceAnswer(reply.Version, body.Package, body.PricePerHour, body.From));
    }

    private static async Task<IResult> Preview(
        string package, string pricePerHour, string from, string? after, int? limit, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var price = new PreviewPrice(package, QueryValues.Price(pricePerHour, "pricePerHour"), QueryValues.Instant(from, "from")!.Value);
        var page = await billing.PreviewPrice(region.Code, price, QueryValues.Id(after, "after"), QueryValues.Limit(limit, usual: 50, most: 100), cancellation);
        return Refusal(page.Result, package) as IResult ?? TypedResults.Ok(new PricePreviewAnswer(package, price.PricePerHour, price.From, page.Tenants, page.Next));
    }

    private static ProblemHttpResult? Refusal(PriceResult result, string package) => result switch
    {
        PriceResult.Entered => null,
        PriceResult.OperationReused => Problem.OperationReused(),
        PriceResult.UnknownPackage => Problem.Of(404, "unknown_package", $"The region has no package '{package}'."),
        PriceResult.TooSoon => Problem.Of(422, "too_soon", "A price begins at least a minute ahead, so that every silo knows it before it counts.", ("at", "$.from")),
        PriceResult.InstantTaken => Problem.Of(409, "instant_taken", "The package has another price from that instant on."),
        _ => throw new InvalidOperationException($"Unknown result of a price: {result}."),
    };
}

internal sealed record PriceRequest(string Package, HourlyPrice PricePerHour, DateTimeOffset From);

internal sealed record PriceAnswer(int Version, string Package, HourlyPrice PricePerHour, DateTimeOffset From);

/// <summary>A page of the tenants whom a price would touch.</summary>
/// <param name="Package">The package.</param>
/// <param name="PricePerHour">The price, in the list currency.</param>
/// <param name="From">Its first instant.</param>
/// <param name="Tenants">What it would do to each, in the currency of its balance.</param>
/// <param name="Next">Hand it in as `after` to go on; null at the end.</param>
internal sealed record PricePreviewAnswer(string Package, HourlyPrice PricePerHour, DateTimeOffset From, TenantPreviewView[] Tenants, string? Next);
