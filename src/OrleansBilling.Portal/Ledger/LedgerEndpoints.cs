using OrleansBilling.Client;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Sessions;
using OrleansBilling.Statements;

namespace OrleansBilling.Portal.Ledger;

/// <summary>Everything that has changed the balance, and what has not.</summary>
internal static class LedgerEndpoints
{
    public static void MapLedger(this IEndpointRouteBuilder tenant)
    {
        var group = tenant.MapGroup("/ledger").WithTags("Ledger");
        group.MapGet("", Read).Produces<LedgerAnswer>().Refuses(400, 422)
            .WithSummary(
                "The ledger, newest first: of a kind, a product, a source of credit, a VM, from an instant, until (before) another. For the next page hand in its `before`. "
                + "With `status` processed or failed: of the newest 100 payments those that the gateway has not decided, or that came to nothing; what is in the ledger is a success.");
        group.MapGet("/{number:long}", Find).Produces<EntryAnswer>().Refuses(404)
            .WithSummary("One entry with what it comes from: seconds × price = amount by price version, exchange rate, lots.");
    }

    private static async Task<IResult> Read(
        [AsParameters] LedgerFilter filter, string? status, long? before, int? limit, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        var query = filter.Read() with { Before = before, Limit = QueryValues.Limit(limit, usual: 50, most: 500) };
        if (await UnpostedPayment.Read(status, query, session.Balance, billing, cancellation) is { } payments) return TypedResults.Ok(new LedgerAnswer([], null, payments));
        var page = await billing.GetLedger(session.Balance, query, cancellation);
        return TypedResults.Ok(new LedgerAnswer(page.Entries, page.Before, []));
    }

    private static async Task<IResult> Find(long number, TenantSession session, IBillingClient billing, CancellationToken cancellation)
    {
        var page = number is < 1 or long.MaxValue ? null : await billing.GetLedger(session.Balance, new LedgerQuery { After = number - 1, Before = number + 1, Limit = 1 }, cancellation);
        if (page?.Entries is not [var entry]) return Problem.Of(404, "unknown_entry", $"The ledger has no entry {number}.");
        var balance = await billing.GetBalance(session.Balance, cancellation);
        return TypedResults.Ok(new EntryAnswer(entry, balance.Currency, LedgerStatus.Success, [.. WorkedSeconds.Of(entry).Select(WorkedAnswer.Of)]));
    }
}

/// <summary>A page of the history.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Before">Hand in for the next page; null when there is none.</param>
/// <param name="Payments">Payments that are not in the ledger, newest first; empty unless their status was asked for.</param>
internal sealed record LedgerAnswer(EntryView[] Entries, long? Before, UnpostedPayment[] Payments);

/// <summary>A payment that is not in the ledger.</summary>
internal sealed record UnpostedPayment(string Payment, DateTimeOffset At, string Description, LedgerStatus Status, Amount Amount, Currency Currency)
{
    /// <summary>Those that a request asks for, newest first, among the newest 100 payments; null when it asks for what is in the ledger.</summary>
    public static async Task<UnpostedPayment[]?> Read(string? status, LedgerQuery query, BalanceId balance, IBillingClient billing, CancellationToken cancellation) =>
        QueryValues.Choice<LedgerStatus>(status, "status") is (LedgerStatus.Failed or LedgerStatus.Processed) and var wanted
            ? [.. (await billing.GetPayments(balance, 100, cancellation)).Where(payment => payment.Meets(query, wanted)).Select(Of)]
            : null;

    private static UnpostedPayment Of(PaymentView payment) => new(
        payment.Id, payment.StartedAt, $"{payment.Gateway}, payment {payment.Id}", LedgerStatuses.StatusOf(payment)!.Value, payment.Amount, payment.Currency);
}

/// <summary>An entry, opened.</summary>
/// <param name="Entry">The entry, with the lots that changed and the VM that was charged.</param>
/// <param name="Currency">Of its amounts.</param>
/// <param name="Status">What is in the ledger has succeeded.</param>
/// <param name="Worked">How a VM's charge comes about, by price version; the amounts sum to the charge.</param>
internal sealed record EntryAnswer(EntryView Entry, Currency? Currency, LedgerStatus Status, WorkedAnswer[] Worked);

/// <summary>Seconds × price an hour ÷ 3600 × exchange rate = product, of which the amount is what was charged.</summary>
internal sealed record WorkedAnswer(long Seconds, HourlyPrice PricePerHour, int PriceVersion, string ExchangeRate, string Product, Amount Amount)
{
    public static WorkedAnswer Of(WorkedSeconds part) => new(
        part.Seconds, part.PricePerHour, part.PriceVersion, FormattableString.Invariant($"{part.ExchangeRate}"), FormattableString.Invariant($"{part.Product:0.000000000}"), part.Amount);
}
