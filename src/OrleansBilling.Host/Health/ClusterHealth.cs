using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansBilling.Client;

namespace OrleansBilling.Host.Health;

/// <summary>Ready means: a grain answers, and it has read the ledger to do so.</summary>
internal sealed class ClusterHealth(IBillingClient billing, IConfiguration configuration) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await Task.WhenAll(configuration.GetSection("Regions").GetChildren().Select(region => billing.GetHolds(region.Key, cancellationToken))).WaitAsync(Patience, cancellationToken);
            return HealthCheckResult.Healthy();
        }
#pragma warning disable CA1031 // whatever it is, this process is not ready
        catch (Exception failed)
#pragma warning restore CA1031
        {
            return HealthCheckResult.Unhealthy("The cluster does not answer.", failed);
        }
    }
}
