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

    private const int MostAsked = 100; // of the payments that are listed, the oldest; the rest counts as it is listed

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
            meter.CreateObservableGauge("billing.deletions.overdue", DeletionsOverdue, "s", "How long the first of these deletions has been due, in business time: it is held, or waits for a grace or a warning."),
            meter.CreateObservableGauge("billing.orders.open", OrdersOpen, "{order}", "Orders that no machine has confirmed yet."),
            meter.CreateObservableGauge("billing.orders.oldest", OldestOrder, "s", "How old the oldest of them is, in business time."),
            meter.CreateObservableGauge("billing.notices.waiting", NoticesWaiting, "{notice}", "Notices that nobody has taken and that are not given up."),
            meter.CreateObservableGauge("billing.notices.oldest", OldestNotice, "s", "How old the oldest of them is, in business time."),
            meter.CreateObservableGauge("billing.ledger.drift", Drift, "{finding}", "Findings of the verification that no operator has decided about."),
            meter.CreateObservableGauge("billing.charges.expected", ChargesExpected, null, "1: a VM of the region is billed, so that something is charged each quarter hour. 0: none is."),
            meter.CreateObservableGauge("billing.payments.uncleared", UnclearedPayments, "{payment}", "Payments that a gateway has taken or given back and the ledger lacks: a balance refuses them, or they could not be posted for a minute."),
            meter.CreateObservableGauge("billing.payments.uncleared.oldest", OldestUncleared, "s", "Since when the ledger lacks the oldest of them, in business time."),
        ];
    }

    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        BillingMetrics.Begin(options.Regions.Keys);
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
        var uncleared = new Dictionary<string, Uncleared>();
        foreach (var region in options.Regions.Keys) uncleared[region] = await LookForUncleared(region);
        return new Seen(await ledger.Count(clock.Now()), uncleared);
    }

    private async Task<Uncleared> LookForUncleared(string region)
    {
        var listed = await grains.GetGrain<IStuckPayments>(region).All();
        var asked = listed.Take(MostAsked).ToArray();
        var since = (await Task.WhenAll(asked.Select(payment => grains.GetGrain<IPaymentNotifications>(payment).UnclearedSince()))).OfType<DateTimeOffset>().ToArray();
        return new Uncleared(since.Length + listed.Length - asked.Length, since.Length == 0 ? null : since.Min());
    }

    // What there is none of is reported as none.
    private IEnumerable<Measurement<long>> Tenants() => seen is not { } now ? [] :
        from region in options.Regions.Keys
        from standing in standings
        select new Measurement<long>(now.Count(LedgerCount.Tenants, region, standing.ToString()), Label("region", region), Label("standing", standing));

    private IEnumerable<Measurement<long>> DeletionsDue() => seen is not { } now ? [] :
        from region in options.Regions.Keys select new Measurement<long>(now.Count(LedgerCount.Deletions, region, ""), Label("region", region));

    private IEnumerable<Measurement<double>> DeletionsOverdue() => seen is not { } now ? [] :
        from region in options.Regions.Keys select new Measurement<double>(Math.Max(0, now.AgeOf(LedgerCount.Deletions, region, "", clock.Now()) - options.Policy.DeleteAfter.TotalSeconds), Label("region", region));

    private IEnumerable<Measurement<long>> OrdersOpen() => seen is not { } now ? [] :
        from kind in Enum.GetValues<OrderKind>() select new Measurement<long>(now.Count(LedgerCount.Orders, "", kind.ToString()), Label("kind", kind));

    private IEnumerable<Measurement<double>> OldestOrder() => seen is not { } now ? [] :
        from kind in Enum.GetValues<OrderKind>() select new Measurement<double>(now.AgeOf(LedgerCount.Orders, "", kind.ToString(), clock.Now()), Label("kind", kind));

    private IEnumerable<Measurement<long>> NoticesWaiting() => seen is not { } now ? [] :
        from channel in Enum.GetValues<DeliveryChannel>() select new Measurement<long>(now.Count(LedgerCount.Notices, "", channel.ToString()), Label("channel", channel));

    private IEnumerable<Measurement<double>> OldestNotice() => seen is not { } now ? [] :
        from channel in Enum.GetValues<DeliveryChannel>() select new Measurement<double>(now.AgeOf(LedgerCount.Notices, "", channel.ToString(), clock.Now()), Label("channel", channel));

    private IEnumerable<Measurement<long>> Drift() => seen is not { } now ? [] : [new(now.Count(LedgerCount.Findings, "", ""))];

    private IEnumerable<Measurement<long>> ChargesExpected() => seen is not { } now ? [] :
        from region in options.Regions.Keys select new Measurement<long>(now.Count(LedgerCount.Charges, region, ""), Label("region", region));

    private IEnumerable<Measurement<long>> UnclearedPayments() => seen is not { } now ? [] : from region in now.Uncleared select new Measurement<long>(region.Value.Count, Label("region", region.Key));

    private IEnumerable<Measurement<double>> OldestUncleared() => seen is not { } now ? [] :
        from region in now.Uncleared select new Measurement<double>(AgeOf(region.Value.Oldest, clock.Now()), Label("region", region.Key));

    /// <summary>In seconds; of nothing: none.</summary>
    private static double AgeOf(DateTimeOffset? oldest, DateTimeOffset now) => oldest is { } since ? Math.Max(0, (now - since).TotalSeconds) : 0;

    private static KeyValuePair<string, object?> Label(string name, object value) => new(name, value.ToString()!.ToLowerInvariant());

    [LoggerMessage(1, LogLevel.Warning, "Could not count how the ledger stands.")]
    private partial void CouldNotLook(Exception exception);

    private sealed record Uncleared(long Count, DateTimeOffset? Oldest);

    private sealed record Seen(IReadOnlyList<LedgerCount> Ledger, IReadOnlyDictionary<string, Uncleared> Uncleared)
    {
        public long Count(string what, string region, string kind) => Find(what, region, kind)?.Count ?? 0;

        public double AgeOf(string what, string region, string kind, DateTimeOffset now) => LedgerGauges.AgeOf(Find(what, region, kind)?.Oldest, now);

        private LedgerCount? Find(string what, string region, string kind) => Ledger.FirstOrDefault(count => count.What == what && count.Region == region && count.Kind == kind);
    }
}
