using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Host.Health;

/// <summary>
/// Whether ledgers verify. One that does not keeps nobody else from being served, so this silo stays ready, and says so: its tenant is held,
/// and an operator has to decide.
/// </summary>
internal sealed class DriftHealth(ILedgerCounts ledger, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var found = await ledger.Findings(clock.GetUtcNow()).WaitAsync(patience, cancellationToken);
            return found == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"The verification has {found} findings in ledgers that no operator has decided about.");
        }
#pragma warning disable CA1031 // whether the database answers is another question
        catch (Exception failed)
#pragma warning restore CA1031
        {
            return HealthCheckResult.Degraded("Nobody could say whether the ledgers verify.", failed);
        }
    }
}
