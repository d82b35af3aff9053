using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Grains.Pricing;

/// <summary>
/// Enters the rates that a region's source publishes, on one silo of the cluster, and says where the rate of an earlier day goes on because
/// today has none. What the price list doubts waits for an operator.
/// </summary>
internal sealed partial class RateImport(
    RateSource source,
    ISiloStatusOracle silos,
    IGrainFactory grains,
    RegionRules rules,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<RateImport> logger) : BackgroundService
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Underway = TimeSpan.FromSeconds(15); // until the price list looks at it

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Soon after a start: a silo may never live for an hour.
        var first = options.Value.Regions.Values.Any(region => region.Rates.Source.Length > 0) ? Soon : options.Value.RatesEvery;
        for (var wait = first; ; wait = options.Value.RatesEvery)
        {
            await Task.Delay(wait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            // Silos that do not agree for a moment import twice, or an hour later: both are harmless, because a rate has an id.
            if (silos.GetActiveSilos().Min() is { } least && !least.Equals(silos.SiloAddress)) continue;
            foreach (var (region, settings) in options.Value.Regions)
            {
                try
                {
                    if (settings.Rates.Source.Length > 0) await Import(region, settings, stoppingToken);
                }
                catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
                {
                    return;
                }
#pragma warning disable CA1031 // the next time it is tried again, and the last rates go on
                catch (Exception failed)
#pragma warning restore CA1031
                {
                    CouldNotImport(failed, region, failed.Message);
                }
                await TellWhatGoesOn(region, settings);
            }
        }
    }

    private async Task Import(string region, RegionOptions settings, CancellationToken stopping)
    {
        var published = await source.Fetch(settings.Rates, stopping);
        var (prices, now) = ((await rules.Refresh(region)).Prices, clock.Now());
        var today = settings.DayOf(now);
        // The past never changes: of a history that is published with it nothing is wanted.
        foreach (var rate in published.Select(rate => rate with { Day = rate.Day.AddDays(settings.Rates.DaysLater) }).Where(rate => rate.Day >= today).OrderBy(rate => rate.Day))
        {
            if (rate.Currency == prices.Currency) continue;
            if (prices.Rates.GetValueOrDefault(rate.Currency, []).Any(known => settings.DayOf(known.From) == rate.Day)) continue;
            // One of today that comes in the course of the day holds for the rest of it.
            var (midnight, soonest) = (settings.BeginningOf(rate.Day), now + PriceListGrain.Ahead + Underway);
            var from = midnight > soonest ? midnight : soonest;
            var reply = await grains.GetGrain<IPriceListGrain>(region).AddRate(new AddRate($"import-{rate.Currency.Code()}-{rate.Day:yyyy-MM-dd}", rate.Currency, rate.Rate, from, By: "import"));
            if (reply.Result == RateResult.Entered) Imported(region, rate.Currency, rate.Rate, from);
            else NotEntered(region, rate, reply.Result);
        }
    }

    private void NotEntered(string region, PublishedRate rate, RateResult result)
    {
        if (result is not (RateResult.Jump or RateResult.Gap or RateResult.First)) BillingMetrics.RateRefused(region); // those the price list has counted
        NotImported(region, rate.Currency, rate.Rate, rate.Day, result);
    }

    private async Task TellWhatGoesOn(string region, RegionOptions settings)
    {
        try
        {
            var (prices, now) = ((await rules.Of(region)).Prices, clock.Now());
            foreach (var currency in prices.Rates.Keys.Order())
                if (prices.RateAt(currency, now) is { } rate && settings.DayOf(rate.From) < settings.DayOf(now)) GoesOn(region, currency, settings.DayOf(now), settings.DayOf(rate.From), rate.Rate);
        }
#pragma warning disable CA1031 // the next time it is looked at again
        catch (Exception failed)
#pragma warning restore CA1031
        {
            CouldNotImport(failed, region, failed.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Entered the exchange rate of region {Region} into {Currency}: {Rate} from {From} on.")]
    private partial void Imported(string region, Currency currency, ExchangeRate rate, DateTimeOffset from);

    [LoggerMessage(2, LogLevel.Error, "The source's exchange rate of region {Region} into {Currency}, {Rate} of {Day}, was not entered: {Result}.")]
    private partial void NotImported(string region, Currency currency, ExchangeRate rate, DateOnly day, RateResult result);

    [LoggerMessage(3, LogLevel.Error, "The exchange rates of region {Region} could not be imported: {Reason}. The last ones go on.")]
    private partial void CouldNotImport(Exception exception, string region, string reason);

    [LoggerMessage(4, LogLevel.Warning, "There is no exchange rate of region {Region} into {Currency} for {Day}: that of {Earlier}, {Rate}, goes on.")]
    private partial void GoesOn(string region, Currency currency, DateOnly day, DateOnly earlier, ExchangeRate rate);
}

/// <summary>Registers the import.</summary>
internal static class RateImportRegistration
{
    public static void AddRateImport(this IServiceCollection services)
    {
        services.AddHttpClient<RateSource>(http =>
            {
                http.Timeout = Timeout.InfiniteTimeSpan; // the handler below ends it
                http.MaxResponseContentBufferSize = RateSource.LargestAnswer;
            })
            .UseSocketsHttpHandler((handler, _) =>
            {
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
                handler.AllowAutoRedirect = false; // rates come from where the settings say
                handler.UseCookies = false;
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddStandardResilienceHandler();
        services.AddHostedService<RateImport>();
    }
}
