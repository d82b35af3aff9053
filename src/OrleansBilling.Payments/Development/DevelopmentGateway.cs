using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments.Development;

/// <summary>
/// Has the money of every payment at once, of any amount, without taking any. For development only: whoever registers it must see to that.
/// </summary>
public sealed class DevelopmentGateway : IPaymentGateway
{
    /// <inheritdoc/>
    public string Name => "development";

    /// <inheritdoc/>
    public string? Refusal(Currency currency, Amount amount) => null;

    /// <inheritdoc/>
    public Task<PaymentPage> Create(Payment payment, CancellationToken cancellation) => Task.FromResult(new PaymentPage(payment.Id, null));

    /// <inheritdoc/>
    public Task<Notification> Read(NotificationRequest request, CancellationToken cancellation) =>
        Task.FromResult<Notification>(new RefusedNotification("The development gateway notifies nobody.", new GatewayAnswer(404)));

    /// <inheritdoc/>
    public GatewayAnswer Answer(NotificationOutcome outcome) => GatewayAnswer.Of(outcome);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PaymentEvent>> Ask(Payment payment, string reference, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<PaymentEvent>>([new PaymentPaid(reference, payment.Currency, payment.Amount)]);
}
