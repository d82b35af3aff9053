using System.Net;
using OrleansBilling.Client;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Regions;
using OrleansBilling.Portal.Sessions;

namespace OrleansBilling.Portal.Payments;

/// <summary>Paying in through a gateway (policy 2.2).</summary>
internal static class PaymentEndpoints
{
    public static void MapPayments(this IEndpointRouteBuilder tenant)
    {
        var group = tenant.MapGroup("").WithTags("Credits");
        group.MapGet("/payment-gateways", Offers).Produces<PaymentOfferView[]>().WithSummary("The ways to pay that the region offers: gateway, currency, smallest amount.");
        group.MapPost("/payments", Start).Produces<PaymentView>().Refuses(400, 409, 413, 422, 429).RequireRateLimiting(RateLimits.Payments)
            .WithSummary("Begins a payment. Send the browser to its `page`; credit follows from the gateway's word alone.");
        group.MapGet("/payments", List).Produces<PaymentView[]>().Refuses(400).WithSummary("The newest payments, newest first.");
        group.MapGet("/payments/{id}", Find).Produces<PaymentView>().Refuses(404).WithSummary("Where a payment stands.");
    }

    private static Task<PaymentOfferView[]> Offers(TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        billing.GetPaymentOffers(session.Balance.Region, cancellation);

    private static async Task<IResult> Start(
        PaymentRequest body, IdempotencyKey key, TenantSession session, PortalRegion region, PublicAddress address, HttpContext context, IBillingClient billing, CancellationToken cancellation)
    {
        if (Credits.Money.Refusal(body.Amount) is { } refusal) return refusal;
        var id = key.IdOf("pay", session.Balance);
        var back = new Uri(address.Of(region, context.Request), $"/payments/{id}");
        var payer = PayerAddress(context.Connection.RemoteIpAddress);
        var reply = await billing.StartPayment(id, new StartPayment(session.Balance, body.Gateway, body.Currency, body.Amount, back, payer, PageLanguage.Of(context.Request)), cancellation);
        return Refusals.Of(reply) as IResult ?? TypedResults.Ok(reply.Payment);
    }

    private static Task<PaymentView[]> List(int? limit, TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        limit is null or (>= 1 and <= 100)
            ? billing.GetPayments(session.Balance, limit ?? 50, cancellation)
            : throw new RefusedException(400, "invalid_query", "The limit is from 1 to 100.");

    private static async Task<IResult> Find(string id, TenantSession session, IBillingClient billing, CancellationToken cancellation) =>
        IsId(id) && await billing.FindPayment(session.Balance, id, cancellation) is { } payment
            ? TypedResults.Ok(payment)
            : Problem.Of(404, "unknown_payment", $"There is no payment '{id}'.");

    private static string PayerAddress(IPAddress? address) =>
        address is null || IPAddress.IsLoopback(address) ? "127.0.0.1" : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    private static bool IsId(string id) => id.Length <= 64 && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}

internal sealed record PaymentRequest(string Gateway, Currency Currency, Amount Amount);
