using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansBilling.Contracts;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Host.Health;

/// <summary>Without its database a silo can decide nothing.</summary>
internal sealed class DatabaseHealth(ILedgerStore store) : IHealthCheck
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);
    private static readonly BalanceId nobody = new("health", "nobody");

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.VersionOf(nobody).WaitAsync(patience, cancellationToken);
            return HealthCheckResult.Healthy();
        }
#pragma warning disable CA1031 // whatever it is, the ledger cannot be read
        catch (Exception failed)
#pragma warning restore CA1031
        {
            return HealthCheckResult.Unhealthy("The database of the ledger does not answer.", failed);
        }
    }
}
