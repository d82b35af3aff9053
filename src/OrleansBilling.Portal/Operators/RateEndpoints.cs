using OrleansBilling.Client;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Operators;

/// <summary>Exchange rates to come (policy 3.7).</summary>
internal static class RateEndpoints
{
    public static void MapRates(this IEndpointRouteBuilder operators)
    {
        operators.MapGet("/rates", List).WithTags("Operators").Produces<RateView[]>().Refuses(400)
            .WithSummary("The newest exchange rates, newest first: what one unit of the list currency is worth, from an instant on.");
        operators.MapPost("/rates", Add).WithTags("Operators").Produces<RateView>().Refuses(400, 409, 413, 422)
            .WithSummary("Enters an exchange rate from an instant on, at least a minute ahead. The past never changes. One that jumps, comes after a gap or is the first of its currency is refused unless `confirmed`.");
    }

    private static Task<RateView[]> List(string? currency, int? limit, PortalRegion region, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetRates(region.Code, QueryValues.Currency(currency, "currency"), QueryValues.Limit(limit, usual: 100, most: 500), cancellation);

    private static async Task<IResult> Add(RateRequest body, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        var reply = await billing.AddRate(region.Code, new AddRate(key.Operation, body.Currency, body.Rate, body.From, body.Confirmed, by.Name), cancellation);
        return reply.Result switch
        {
            RateResult.Entered => TypedResults.Ok(new RateView(reply.Id, body.Currency, body.Rate, body.From, by.Name)),
            RateResult.OperationReused => Problem.OperationReused(),
            RateResult.ListCurrency => Problem.Of(422, "list_currency", "Prices are listed in that currency: there is nothing to convert.", ("at", "$.currency")),
            RateResult.TooSoon => Problem.Of(422, "too_soon", "An exchange rate begins at least a minute ahead, so that every silo knows it before it counts.", ("at", "$.from")),
            RateResult.InstantTaken => Problem.Of(409, "instant_taken", "The currency has another exchange rate from that instant on."),
            RateResult.Jump => Problem.Of(422, "rate_jumps", $"It differs much from {reply.Before!.Rate}, which is in force before it. If it is right, send it with \"confirmed\": true.", ("at", "$.rate"), ("before", reply.Before)),
            RateResult.Gap => Problem.Of(422, "rate_gap", $"The one before it is of {reply.Before!.From:u}: days are missing. If that is right, send it with \"confirmed\": true.", ("at", "$.from"), ("before", reply.Before)),
            RateResult.First => Problem.Of(422, "first_rate", "It is the first of its currency: there is none to compare it with. If it is right, send it with \"confirmed\": true.", ("at", "$.rate")),
            _ => throw new InvalidOperationException($"Unknown result of an exchange rate: {reply.Result}."),
        };
    }
}

/// <summary>An exchange rate to come.</summary>
/// <param name="Currency">The currency of the balances that it is for.</param>
/// <param name="Rate">What one unit of the list currency is worth in it.</param>
/// <param name="From">Its first instant.</param>
/// <param name="Confirmed">You have looked at it: neither a jump nor a gap nor that it is the first is a reason to refuse it.</param>
internal sealed record RateRequest(Currency Currency, ExchangeRate Rate, DateTimeOffset From, bool Confirmed = false);
