using OrleansBilling.Client;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Operators;

/// <summary>Prices to come (policy 3.7).</summary>
internal static class PriceEndpoints
{
    public static void MapPrices(this IEndpointRouteBuilder operators) =>
        operators.MapPost("/prices", Add).WithTags("Operators").Produces<PriceAnswer>().Refuses(400, 404, 409, 413, 422)
            .WithSummary("Enters a price of a package from an instant on, at least a minute ahead. The past never changes.");

    private static async Task<IResult> Add(
        PriceRequest body, IdempotencyKey key, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var reply = await billing.AddPrice(region.Code, new AddPrice(key.Operation, body.Package, body.PricePerHour, body.From), cancellation);
        return reply.Result switch
        {
            PriceResult.Entered => TypedResults.Ok(new PriceAnswer(reply.Version, body.Package, body.PricePerHour, body.From)),
            PriceResult.OperationReused => Problem.OperationReused(),
            PriceResult.UnknownPackage => Problem.Of(404, "unknown_package", $"The region has no package '{body.Package}'."),
            PriceResult.TooSoon => Problem.Of(422, "too_soon", "A price begins at least a minute ahead, so that every silo knows it before it counts.", ("at", "$.from")),
            PriceResult.InstantTaken => Problem.Of(409, "instant_taken", "The package has another price from that instant on."),
            _ => throw new InvalidOperationException($"Unknown result of a price: {reply.Result}."),
        };
    }
}

internal sealed record PriceRequest(string Package, HourlyPrice PricePerHour, DateTimeOffset From);

internal sealed record PriceAnswer(int Version, string Package, HourlyPrice PricePerHour, DateTimeOffset From);
