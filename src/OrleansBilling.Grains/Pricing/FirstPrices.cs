using Microsoft.Extensions.Options;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains.Pricing;

/// <summary>Brings the first prices of the settings into the price lists before a silo begins; once, whoever comes first.</summary>
internal sealed class FirstPrices(ILedgerStore store, IOptions<BillingOptions> options) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(nameof(FirstPrices), ServiceLifecycleStage.RuntimeGrainServices, Enter);

    private async Task Enter(CancellationToken cancellation)
    {
        foreach (var (region, settings) in options.Value.Regions)
        {
            var known = (await store.Rules(region)).Prices.Select(row => row.Package).ToHashSet();
            // A package that has a price already keeps it: changing a setting does not change the past.
            foreach (var (code, package) in settings.Packages.Where(package => !known.Contains(package.Key)))
                await store.AddPrice(region, new AddPrice($"first/{code}", code, HourlyPrice.Parse(package.PricePerHour), package.From));
        }
    }
}
