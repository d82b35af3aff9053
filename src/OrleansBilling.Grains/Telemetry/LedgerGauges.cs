using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Payments;

namespace OrleansBilling.Grains.Telemetry;

/// <summary>
/// How the ledger stands, for whoever asks the meter. One silo of the cluster looks, every few seconds and not at each question; the others
/// report nothing, and so does one that could not look: no number is better than one that is no longer true.
/// </summary>
internal sealed partial class LedgerGauges : BackgroundService
{
    private static readonly StandingLevel[] standings = [StandingLevel.Low, StandingLevel.Exhausted, StandingLevel.Negative];

    private readonly Meter meter = new(BillingMetrics.Name); // ends with this silo
    private readonly Instrument[] gauges;
    private readonly ILedgerCounts ledger;
    private readonly IGrainFactory grains;
    private readonly ISiloStatusOracle silos;
    private readonly BillingOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<LedgerGauges> logger;
    private volatile Seen? seen;

    public LedgerGauges(
        ILedgerCounts ledger, IGrainFactory grains, ISiloStatusOracle silos, IOptions<BillingOptions> options,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock, ILogger<LedgerGauges> logger)
    {
        (this.ledger, this.grains, this.silos, this.options, this.clock, this.logger) = (ledger, grains, silos, options.Value, clock, logger);
        gauges =
        [
            meter.CreateObservableGauge("billing.tenants", Tenants, "{tenant}", "Tenants that are low, exhausted or negative."),
            meter.CreateObservableGauge("billing.deletions.due", DeletionsDue, "{tenant}", "Tenants whose VMs are deleted unless they pay."),
            meter.CreateObservableGauge("billing.orders.open", OrdersOpen, "{order}", "Orders that no machine has confirmed yet."),
            meter.CreateObservableGauge("billing.orders.oldest", OldestOrder, "s", "How old the oldest of them is, in business time."),
            meter.CreateObservableGauge("billing.notices.oldest", OldestNotice, "s", "How old the oldest notice is that nobody has taken and that is not given up, in business time."),
            meter.CreateObservableGauge("billing.ledger.drift", Drift, "{finding}", "Findings of the verification that no operator has decided about."),
            meter.CreateObservableGauge("billing.payments.uncleared", Uncleared, "{payment}", "Payments that a gateway has taken and a balance refuses."),
        ];
    }

    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                seen = IsMine && gauges.Any(gauge => gauge.Enabled) ? await Look() : null;
            }
#pragma warning disable CA1031 // the next look looks again
            catch (Exception failed)
#pragma warning restore CA1031
            {
                seen = null;
                CouldNotLook(failed);
            }
            await Task.Delay(options.CountEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        seen = null;
    }

    // Silos that do not agree for a moment report the same twice, or nothing: whoever reads takes the largest.
    private bool IsMine => silos.GetActiveSilos().Min() is { } first && first.Equals(silos.SiloAddress);

    private async Task<Seen> Look()
    {
        var uncleared = new Dictionary<string, long>();
        foreach (var region in options.Regions.Keys) uncleared[region] = (await grains.GetGrain<IStuckPayments>(region).All()).Length;
        return new Seen(await ledger.Count(clock.Now()), uncleared);
    }

    // What there is none of is reported as none.
    private IEnumerable<Measurement<long>> Tenants() => seen is not { } now ? [] :
        from region in options.Regions.Keys
        from standing in standings
        select new Measurement<long>(now.Count(LedgerCount.Tenants, region, standing.ToString()), Label("region", region), Label("standing", standing));

    private IEnumerable<Measurement<long>> DeletionsDue() => seen is not { } now ? [] :
        from region in options.Regions.Keys select new Measurement<long>(now.Count(LedgerCount.Deletions, region, ""), Label("region", region));

    private IEnumerable<Measurement<long>> OrdersOpen() => seen is not { } now ? [] :
        from kind in Enum.GetValues<OrderKind>() select new Measurement<long>(now.Count(LedgerCount.Orders, "", kind.ToString()), Label("kind", kind));

    private IEnumerable<Measurement<double>> OldestOrder() => seen is not { } now ? [] :
        from kind in Enum.GetValues<OrderKind>() select new Measurement<double>(now.AgeOf(LedgerCount.Orders, kind.ToString(), clock.Now()), Label("kind", kind));

    private IEnumerable<Measurement<double>> OldestNotice() => seen is not { } now ? [] :
        from channel in Enum.GetValues<DeliveryChannel>() select new Measurement<double>(now.AgeOf(LedgerCount.Notices, channel.ToString(), clock.Now()), Label("channel", channel));

    private IEnumerable<Measurement<long>> Drift() => seen is not { } now ? [] : [new(now.Count(LedgerCount.Findings, "", ""))];

    private IEnumerable<Measurement<long>> Uncleared() => seen is not { } now ? [] : from region in now.Uncleared select new Measurement<long>(region.Value, Label("region", region.Key));

    private static KeyValuePair<string, object?> Label(string name, object value) => new(name, value.ToString()!.ToLowerInvariant());

    [LoggerMessage(1, LogLevel.Warning, "Could not count how the ledger stands.")]
    private partial void CouldNotLook(Exception exception);

    private sealed record Seen(IReadOnlyList<LedgerCount> Ledger, IReadOnlyDictionary<string, long> Uncleared)
    {
        public long Count(string what, string region, string kind) => Find(what, region, kind)?.Count ?? 0;

        /// <summary>In seconds.</summary>
        public double AgeOf(string what, string kind, DateTimeOffset now) => Find(what, "", kind) is { } found ? Math.Max(0, (now - found.Oldest).TotalSeconds) : 0;

        private LedgerCount? Find(string what, string region, string kind) => Ledger.FirstOrDefault(count => count.What == what && count.Region == region && count.Kind == kind);
    }
}
