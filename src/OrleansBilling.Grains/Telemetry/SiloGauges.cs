using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains.Telemetry;

/// <summary>
/// How a silo sees its cluster, its database and its clock. Each silo says so for itself, also while the database is gone: that somebody is
/// missing is said by those that are there.
/// </summary>
internal sealed class SiloGauges : IHostedService, IDisposable
{
    private readonly Meter meter = new(BillingMetrics.Name); // ends with this silo
    private readonly ISiloStatusOracle silos;
    private readonly IClockReferee referee;

    public SiloGauges(ISiloStatusOracle silos, IClockReferee referee)
    {
        (this.silos, this.referee) = (silos, referee);
        meter.CreateObservableGauge("billing.silos", Silos, "{silo}", "Active silos, as each active silo sees them.");
        meter.CreateObservableGauge("billing.database.silence", Silence, "s", "How long ago the database answered this silo.");
        meter.CreateObservableGauge("billing.clock.offset", Offset, "s", "How far this silo's clock is ahead of the database's.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<int>> Silos() => silos.CurrentStatus == SiloStatus.Active ? [new(silos.GetActiveSilos().Length)] : [];

    private IEnumerable<Measurement<double>> Silence() => referee.LastWord is { } word ? [new(word.Age.TotalSeconds)] : [];

    private IEnumerable<Measurement<double>> Offset() => referee.LastWord is { } word ? [new(word.Offset.TotalSeconds)] : [];
}
