using OrleansBilling.Client;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Payments;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Operators;

/// <summary>Money that a gateway has and a balance refuses, e.g. because of two first payments in different currencies (policy 1.4).</summary>
internal static class StuckPaymentEndpoints
{
    public static void MapStuckPayments(this IEndpointRouteBuilder operators)
    {
        var group = operators.MapGroup("/payments").WithTags("Operators");
        group.MapGet("/stuck", List).Produces<StuckPaymentView[]>().Refuses(400)
            .WithSummary("Payments whose money a balance refuses, with the reason; oldest first. A refund of all of it at the gateway ends it by itself.");
        group.MapPost("/{payment}/settlement", Settle).Produces<PaymentView>().Refuses(400, 404, 409, 413, 422)
            .WithSummary("Ends it by your word that it was dealt with outside the ledger, and how. Nothing is posted for it.");
    }

    private static Task<StuckPaymentView[]> List(int? limit, PortalRegion region, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetStuckPayments(region.Code, QueryValues.Limit(limit, usual: 100, most: 500), cancellation);

    private static async Task<IResult> Settle(
        string payment, SettlementRequest body, IdempotencyKey key, Operator by, PortalRegion region, IBillingClient billing, CancellationToken cancellation)
    {
        _ = key; // it is settled once by itself
        if (Reason.Refusal(body.Reason) is { } refusal) return refusal;
        var reply = Payment.IsId(payment)
            ? await billing.SettlePayment(payment, new SettlePayment(region.Code, by.Name, body.Reason), cancellation)
            : new SettlementReply(SettlementResult.UnknownPayment);
        return reply.Result switch
        {
            SettlementResult.Settled => TypedResults.Ok(reply.Payment),
            SettlementResult.UnknownPayment => Problem.Of(404, "unknown_payment", $"This region has no payment '{payment}'."),
            SettlementResult.NotStuck => Problem.Of(409, "not_stuck", "Nothing of this payment is stuck, or no longer. Nothing changed."),
            _ => throw new InvalidOperationException($"Unknown result of a settlement: {reply.Result}."),
        };
    }
}

/// <summary>How a stuck payment was dealt with, in 1 to 200 characters.</summary>
internal sealed record SettlementRequest(string Reason);
