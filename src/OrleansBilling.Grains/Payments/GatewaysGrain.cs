using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Payments;

namespace OrleansBilling.Grains.Payments;

/// <summary>Promises that nothing follows from a notification that its gateway did not sign, and that none is called taken before its credit is durable.</summary>
[StatelessWorker, Reentrant]
public sealed partial class GatewaysGrain(
    PaymentMatrix matrix, RegionRules rules, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock, ILogger<GatewaysGrain> logger) : Grain, IGatewaysGrain
{
    public async Task<PaymentOfferView[]> Offers(string region)
    {
        var prices = (await rules.Of(region)).Prices;
        return [.. matrix.Offers(region).Where(offer => prices.Takes(offer.Currency, clock.Now())).Select(offer => new PaymentOfferView(offer.Gateway, offer.Currency, offer.Minimum))];
    }

    public async Task<NotificationReply?> Take(GatewayNotification notification)
    {
        if (matrix.Find(notification.Gateway) is not { } gateway) return null;
        Notification read;
        try
        {
            using var patience = GatewayPatience.Begin();
            read = await gateway.Read(new NotificationRequest(notification.Query, notification.Headers, notification.Body, notification.ReceivedAt), patience.Token);
        }
#pragma warning disable CA1031 // whatever it was, it was not verified just now, and must come again
        catch (Exception unverified)
#pragma warning restore CA1031
        {
            NotVerified(unverified, gateway.Name);
            return Reply(gateway.Answer(NotificationOutcome.NotStored));
        }
        switch (read)
        {
            case RefusedNotification refused:
                Refused(gateway.Name, refused.Reason);
                return Reply(refused.Answer);
            case VerifiedNotification { Payment: { } payment } verified:
                var outcome = await GrainFactory.GetGrain<IPaymentNotifications>(payment).Take(gateway.Name, [.. verified.Events.Select(SaidByGateway.Of)]);
                if (outcome is NotificationOutcome.AmountDiffers or NotificationOutcome.UnknownPayment) NotOurs(gateway.Name, payment, outcome);
                if (outcome == NotificationOutcome.AlreadySettled) NothingNew(gateway.Name, payment);
                return Reply(gateway.Answer(outcome));
            default:
                return Reply(gateway.Answer(NotificationOutcome.Stored));
        }
    }

    private static NotificationReply Reply(GatewayAnswer answer) => new(answer.Status, answer.Body, answer.ContentType);

    [LoggerMessage(1, LogLevel.Warning, "A notification in the name of {Gateway} was refused: {Reason}")]
    private partial void Refused(string gateway, string reason);

    [LoggerMessage(2, LogLevel.Warning, "A notification of {Gateway} could not be verified just now; it is to come again.")]
    private partial void NotVerified(Exception unverified, string gateway);

    [LoggerMessage(3, LogLevel.Error, "{Gateway} speaks of payment {Payment}, and it is not as we have it: {Outcome}.")]
    private partial void NotOurs(string gateway, string payment, NotificationOutcome outcome);

    [LoggerMessage(4, LogLevel.Information, "{Gateway} has told of payment {Payment} what was known: the same notification again, or another that says nothing new.")]
    private partial void NothingNew(string gateway, string payment);
}
