using OrleansBilling.Client;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Payments;
using OrleansBilling.Payments.Development;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Credits;

/// <summary>Paying in (policy 2.2).</summary>
internal static class TopUpEndpoints
{
    public static void MapTopUps(this IEndpointRouteBuilder tenant) =>
        tenant.MapPost("/top-ups", TopUp).WithTags("Credits").Produces<PostingAnswer>().Refuses(400, 404, 409, 413, 422)
            .WithSummary("Adds top-up credit, at once and without payment, through the development gateway. Only where the environment is Development.");

    private static async Task<IResult> TopUp(
        TopUpRequest body, IdempotencyKey key, TenantSession session,
        DevelopmentFeatures development, DevelopmentGateway gateway, IBillingClient billing, CancellationToken cancellation)
    {
        if (!development.Payments)
            return Problem.Of(404, "no_payment_gateway", "No payment gateway is set up: the development gateway is for development only.");
        if (Money.Refusal(body.Amount) is { } refusal) return refusal;
        if (await billing.ChooseCurrency(session.Balance, body.Currency, cancellation) is CurrencyResult.NoRate and var unusable) return Refusals.Of(unusable)!;

        var payment = new Payment(key.Operation, body.Currency, body.Amount);
        var page = await gateway.Create(payment, cancellation);
        if (await gateway.Ask(payment, page.Reference, cancellation) is not [PaymentPaid paid])
            throw new InvalidOperationException($"The gateway {gateway.Name} does not have the money at once, and nobody waits for it.");
        var command = new TopUp(key.Operation, body.Currency, body.Amount, $"{gateway.Name} gateway, payment {paid.Reference}");
        var reply = await billing.TopUp(session.Balance, command, cancellation);
        return Refusals.Of(reply) as IResult ?? TypedResults.Ok(PostingAnswer.Of(key.Operation, reply));
    }
}

internal sealed record TopUpRequest(Amount Amount, Currency Currency);

/// <summary>What was posted.</summary>
/// <param name="Operation">The id under which it is in the ledger.</param>
/// <param name="Result">Posted, or pending: stored, effective later.</param>
/// <param name="EntryNumber">The ledger entry; null while pending.</param>
internal sealed record PostingAnswer(string Operation, PostingResult Result, long? EntryNumber)
{
    public static PostingAnswer Of(
        string operation, PostingReply reply) => new(operation, reply.Result, reply.EntryNumber == 0 ? null : reply.EntryNumber);
}
