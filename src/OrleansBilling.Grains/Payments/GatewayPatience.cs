namespace OrleansBilling.Grains.Payments;

/// <summary>How long a grain waits for a gateway: less than its callers wait for the grain. In real time.</summary>
internal static class GatewayPatience
{
    public static CancellationTokenSource Begin() => new(TimeSpan.FromSeconds(20), TimeProvider.System);
}
