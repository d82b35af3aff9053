using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains.Pricing;

/// <summary>Promises that the past of a price list never changes: prices are only entered ahead of time, and rows are never updated.</summary>
public sealed class PriceListGrain(RegionRules rules, ILedgerStore store, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock) : Grain, IPriceListGrain
{
    /// <summary>Prices reach every silo before they count.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    private string Region => this.GetPrimaryKeyString();

    public async Task<PackageView[]> Packages()
    {
        var list = (await rules.Of(Region)).Prices;
        var settings = rules.SettingsOf(Region);
        return [.. list.Packages.Values.OrderBy(package => package.Code, StringComparer.Ordinal).Select(package =>
        {
            var described = settings.Packages.GetValueOrDefault(package.Code);
            return new PackageView
            {
                Code = package.Code,
                Description = described?.Description ?? "",
                Assumption = described?.Assumption ?? "",
                Currency = list.Currency,
                PricePerHour = package.PriceAt(clock.Now()),
                Versions = [.. package.Versions.Select(version => new PriceVersionView(version.Id, version.Price, version.From))],
            };
        })];
    }

    public async Task<PriceReply> AddPrice(AddPrice command)
    {
        var known = await rules.Refresh(Region);
        if (!known.Prices.Packages.TryGetValue(command.Package, out var package)) return new PriceReply(PriceResult.UnknownPackage, 0);
        var entered = command with { From = command.From.ToMilliseconds() };
        // The same command may come again when its instant is near or past: then it was entered in time.
        var again = package.Versions.Any(version => version.From == entered.From);
        if (!again && entered.From < clock.Now() + Ahead) return new PriceReply(PriceResult.TooSoon, 0);
        var reply = await store.AddPrice(Region, entered);
        await rules.Refresh(Region);
        return reply;
    }

    public async Task Hold(PlaceHold command)
    {
        var now = clock.Now();
        if (command.Actions == HeldActions.None || string.IsNullOrWhiteSpace(command.Reason) || command.Until <= now)
            throw new ArgumentException("A hold needs an action, a reason and an end in the future (policy 4.11).", nameof(command));
        _ = rules.SettingsOf(Region);
        await store.AddHold(Region, new EnforcementHold(command.Hold, command.Actions, command.Reason, command.By, now, command.Until.ToMilliseconds()));
        await rules.Refresh(Region);
    }

    public async Task<bool> Release(string hold)
    {
        var released = await store.EndHold(Region, hold, clock.Now());
        await rules.Refresh(Region);
        return released;
    }
}
