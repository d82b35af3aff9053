using Microsoft.Extensions.Options;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains.Pricing;

/// <summary>Brings the first prices and exchange rates of the settings into the price lists before a silo begins; once, whoever comes first. In another currency than its prices are in, a region does not begin.</summary>
internal sealed class FirstPrices(
    ILedgerStore store, IOptions<BillingOptions> options, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(nameof(FirstPrices), ServiceLifecycleStage.RuntimeGrainServices, Enter);

    private async Task Enter(CancellationToken cancellation)
    {
        foreach (var (region, settings) in options.Value.Regions)
        {
            var rules = await store.Rules(region);
            var known = rules.Prices.Select(row => row.Package).ToHashSet();
            if (known.Count > 0 || settings.Packages.Count > 0) await RequireCurrency(region, CurrencyCode.Find(settings.Currency)!.Value);
            // A package that has a price already keeps it: changing a setting does not change the past.
            foreach (var (code, package) in settings.Packages.Where(package => !known.Contains(package.Key)))
                await store.AddPrice(region, new AddPrice($"first/{code}", code, HourlyPrice.Parse(package.PricePerHour), package.From));
            foreach (var (code, rate) in settings.Rates.First.Where(first => first.Value.Length > 0 && rules.Rates.All(row => row.Currency.Code() != first.Key)))
                await store.AddRate(region, new AddRate($"first/{code}", CurrencyCode.Find(code)!.Value, ExchangeRate.Parse(rate), settings.BeginningOf(settings.DayOf(clock.Now()))));
        }
    }

    // Before the first price: whose currency it is is known from then on, and another setting would charge every VM in other money.
    private async Task RequireCurrency(string region, Currency currency)
    {
        if (await store.FixListCurrency(region, currency) is var listed && listed != currency)
            throw new ListCurrencyException(
                $"Setting Regions:{region}:Currency is '{currency.Code()}', but the prices of the region have been in {listed.Code()} since the first one: that never changes.");
    }
}
