using OrleansBilling.Client;

namespace OrleansBilling.Host.Settings;

/// <summary>How long a portal waits for the cluster.</summary>
internal sealed class ClientSettings(IConfiguration configuration)
{
    private static readonly TimeSpan longestAttempt = TimeSpan.FromSeconds(30);

    private readonly TimeSpan responseTimeout = configuration.Time("Portal:ResponseTimeout", TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100), longestAttempt);
    private readonly TimeSpan totalTime = configuration.Time("Portal:TotalTime", longestAttempt, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));

    public void Set(BillingClientOptions options)
    {
        options.ResponseTimeout = responseTimeout;
        // A call is tried at least once.
        options.TotalTime = totalTime < responseTimeout ? responseTimeout : totalTime;
    }
}
