namespace OrleansBilling.Contracts.Payments;

/// <summary>
/// The gateways that are set up, where their secrets are; its key is 0. A notification is verified here and nowhere else, so whoever brings it
/// need not be believed (M9).
/// </summary>
[Alias("gateways")]
public interface IGatewaysGrain : IGrainWithIntegerKey
{
    /// <summary>What a region offers to its tenants, of currencies that it has prices in.</summary>
    [Alias("offers")] Task<PaymentOfferView[]> Offers(string region);

    /// <summary>Takes what arrived at a gateway's notification address; null when there is no such gateway. Success is not answered before the credit is durable.</summary>
    [Alias("take")] Task<NotificationReply?> Take(GatewayNotification notification);
}
