using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments;

/// <summary>
/// Who takes the money of a top-up. Credit follows only from a <see cref="PaymentConfirmed"/> of the gateway itself, never from a
/// browser that came back (M9).
/// </summary>
public interface IPaymentGateway
{
    /// <summary>Its name in the ledger and in the API, e.g. <c>development</c>.</summary>
    string Name { get; }

    /// <summary>Begins a payment. The same payment again is the same payment: nobody pays twice.</summary>
    Task<PaymentStep> Begin(Payment payment, CancellationToken cancellation);
}

/// <summary>A payment that a tenant asked for.</summary>
/// <param name="Id">Made by us, and known to the gateway from the beginning.</param>
/// <param name="Currency">The currency of the balance.</param>
/// <param name="Amount">Above zero.</param>
public sealed record Payment(string Id, Currency Currency, Amount Amount);

/// <summary>
/// Where a payment stands. Gateways that need the tenant's browser, and confirm by webhook, will add a step that carries the address to
/// go to.
/// </summary>
public abstract record PaymentStep;

/// <summary>The gateway has the money.</summary>
/// <param name="Reference">Its own name for the payment, credited at most once.</param>
public sealed record PaymentConfirmed(string Reference) : PaymentStep;
