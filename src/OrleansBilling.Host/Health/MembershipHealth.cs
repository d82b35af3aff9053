using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansBilling.Host.Health;

/// <summary>A silo that is joining, leaving or was declared dead is given no work.</summary>
internal sealed class MembershipHealth(ISiloStatusOracle silos) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        silos.CurrentStatus == SiloStatus.Active ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"This silo is {silos.CurrentStatus}, not Active."));
}
