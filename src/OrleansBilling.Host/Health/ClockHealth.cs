using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Host.Health;

/// <summary>A silo whose clock is off decides nothing: it is not ready.</summary>
internal sealed class ClockHealth(IClockReferee referee, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        referee.Trusts(clock.GetUtcNow()) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The clock of this silo is off, or nobody could say whether it is."));
}
