using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments;

/// <summary>
/// Who takes the money of a top-up, on a page of its own: cards never touch us. It translates between a gateway's protocol and
/// <see cref="PaymentEvent"/>s, and keeps nothing. Credit follows only from events that it verified, never from a browser that came
/// back (M9). Safe to use from many threads; calls that fail throw, and may be repeated.
/// </summary>
public interface IPaymentGateway
{
    /// <summary>Its name in the ledger, in settings and in addresses, e.g. <c>vnpay</c>.</summary>
    string Name { get; }

    /// <summary>Whether it notifies of refunds. One that does not is asked more often.</summary>
    bool TellsOfRefunds => true;

    /// <summary>Why it cannot take this amount, as a sentence; null when it can.</summary>
    string? Refusal(Currency currency, Amount amount);

    /// <summary>Begins a payment. The same payment again is the same payment: nobody pays twice.</summary>
    /// <exception cref="GatewayException">The gateway refused, or <see cref="Refusal"/> does.</exception>
    /// <exception cref="Exception">Any other, such as <see cref="HttpRequestException"/> or a time-out: it could not be reached, and whether it began is unknown.</exception>
    Task<PaymentPage> Create(Payment payment, CancellationToken cancellation);

    /// <summary>
    /// Verifies what arrived at the notification address, and reads what it says. It changes nothing, here or at the gateway. Whatever was
    /// sent, a notification that does not verify is a <see cref="RefusedNotification"/> with the answer to give; an exception means that
    /// it could not be verified just now, and is answered as <see cref="NotificationOutcome.NotStored"/>.
    /// </summary>
    Task<Notification> Read(NotificationRequest request, CancellationToken cancellation);

    /// <summary>
    /// The answer to a verified notification. Comes after its events were applied, because success is not said before the credit is durable.
    /// </summary>
    GatewayAnswer Answer(NotificationOutcome outcome);

    /// <summary>
    /// Everything that the gateway knows of a payment, in no order and each time from the beginning; none when nothing happened yet. Completes what
    /// waits for us, such as the capture of what the payer approved.
    /// </summary>
    /// <param name="payment">The payment as it was created.</param>
    /// <param name="reference">What <see cref="Create"/> gave as <see cref="PaymentPage.Reference"/>.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<IReadOnlyList<PaymentEvent>> Ask(Payment payment, string reference, CancellationToken cancellation);
}
