using System.Diagnostics.Metrics;
using OrleansBilling.Client;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Host.Cluster;

/// <summary>
/// How long the certificates are still valid with which this process is in its cluster: those that it has read, not those that are in its
/// files by now. Each process says so for itself, portals too.
/// </summary>
internal sealed class CertificateGauges : IHostedService, IDisposable
{
    private readonly Meter meter = new(BillingMetrics.Name); // ends with this process
    private readonly ClusterTls tls;
    private readonly TimeProvider clock;

    /// <param name="tls">What it has read.</param>
    /// <param name="clock">Real time, by which certificates end.</param>
    public CertificateGauges(ClusterTls tls, TimeProvider clock)
    {
        (this.tls, this.clock) = (tls, clock);
        meter.CreateObservableGauge("billing.certificate.left", Left, "s", "How long the certificate of this process in its cluster, and the authority's that has signed it, are still valid.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<double>> Left() => [Until(tls.CertificateEnds, "node"), Until(tls.AuthorityEnds, "authority")];

    private Measurement<double> Until(DateTimeOffset end, string certificate) => new((end - clock.GetUtcNow()).TotalSeconds, new KeyValuePair<string, object?>("certificate", certificate));
}
