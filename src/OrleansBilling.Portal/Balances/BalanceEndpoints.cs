using OrleansBilling.Client;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Balances;

/// <summary>The balance, and when to tell about it.</summary>
internal static class BalanceEndpoints
{
    public static void MapBalance(this IEndpointRouteBuilder tenant)
    {
        tenant.MapGet("/balance", Read).WithTags("Balance").Produces<BalanceView>()
            .WithSummary("The balance now: total, by kind, lots, live and spendable, burn rate, runway, standing, deletion time and the amount that would cure it.");
        tenant.MapPut("/balance/currency", ChooseCurrency).WithTags("Balance").Produces<BalanceView>().Refuses(400, 409, 422)
            .WithSummary("Chooses the currency before the first money does; then it is fixed (policy 1.4).");
        tenant.MapPut("/alerts", Watch).WithTags("Balance").Produces<AlertsRequest>().Refuses(400, 422)
            .WithSummary("Sets your own threshold, and up to five recipients of notices (policy 4.3).");
    }

    private static Task<BalanceView> Read(TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetBalance(session.Balance, cancellation);

    private static async Task<IResult> ChooseCurrency(
        CurrencyRequest body, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        _ = key; // it names the state to reach
        var region = session.Balance.Region;
        var taken = (await billing.GetPaymentOffers(region, cancellation)).Select(offer => offer.Currency)
            .Concat((await billing.GetPackages(region, cancellation)).Select(package => package.Currency)).Distinct().Order().ToArray();
        if (!taken.Contains(body.Currency))
            return Problem.Of(
                422, "currency_not_offered", "The region neither takes this currency nor sells anything for it, or has no exchange rate for it yet.", ("at", "$.currency"), ("currencies", taken));
        return Refusals.Of(await billing.ChooseCurrency(session.Balance, body.Currency, cancellation)) as IResult ?? TypedResults.Ok(await billing.GetBalance(session.Balance, cancellation));
    }

    private static async Task<IResult> Watch(
        AlertsRequest body, IdempotencyKey key, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        if (body.Threshold < Amount.Zero) return Problem.Of(422, "invalid_amount", "A threshold is not below zero.", ("at", "$.threshold"));
        if (body.Recipients.Length > 5) return Problem.Of(422, "too_many_recipients", "There are at most five recipients.", ("at", "$.recipients"));
        var recipients = new string[body.Recipients.Length];
        for (var i = 0; i < recipients.Length; i++)
            if (!EmailAddress.TryParse(body.Recipients[i], out recipients[i])) return EmailAddress.Refusal($"recipients[{i}]");
        if (!await billing.Watch(session.Balance, new WatchBalance(key.Operation, body.Threshold, [.. recipients.Distinct()]), cancellation)) return Problem.OperationReused();
        var stored = await billing.GetBalance(session.Balance, cancellation); // one that is repeated late has not undone a later one
        return TypedResults.Ok(new AlertsRequest(stored.OwnThreshold, stored.Recipients));
    }
}

internal sealed record CurrencyRequest(Currency Currency);

internal sealed record AlertsRequest(Amount? Threshold, string[] Recipients);
