using Microsoft.Extensions.Logging;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Grains.Pricing;

/// <summary>
/// Promises that the past of a price list never changes: prices and exchange rates are only entered ahead of time, and rows are never updated.
/// </summary>
public sealed partial class PriceListGrain(
    RegionRules rules,
    ILedgerStore store,
    IClockReferee referee,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<PriceListGrain> logger) : Grain, IPriceListGrain
{
    /// <summary>Prices and rates reach every silo before they count.</summary>
    internal static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    // By the clock of one silo it holds from now on, by that of another from what is still to come.
    private static readonly TimeSpan Apart = 2 * IClockReferee.Tolerance;

    private string Region => this.GetPrimaryKeyString();

    public async Task<PackageView[]> Packages()
    {
        var list = (await rules.Of(Region)).Prices;
        var (settings, now) = (rules.SettingsOf(Region), clock.Now());
        return [.. list.Packages.Values.OrderBy(package => package.Code, StringComparer.Ordinal).Select(package =>
        {
            var described = settings.Packages.GetValueOrDefault(package.Code);
            return new PackageView
            {
                Code = package.Code,
                Description = described?.Description ?? "",
                Assumption = described?.Assumption ?? "",
                Currency = list.Currency,
                PricePerHour = package.PriceAt(now),
                Versions = [.. package.Versions.Select(version => new PriceVersionView(version.Id, version.Price, version.From, version.By))],
                Converted = [.. list.Rates.Keys.Order().Select(currency => Converted(list.In(currency)[package.Code].InForceAt(now), settings, now)).OfType<ConvertedPriceView>()],
            };
        })];
    }

    public async Task<PriceReply> AddPrice(AddPrice command)
    {
        var known = await rules.Refresh(Region);
        if (!known.Prices.Packages.ContainsKey(command.Package)) return new PriceReply(PriceResult.UnknownPackage, 0);
        var entered = command with { From = command.From.ToMilliseconds() };
        var reply = await store.AddPrice(Region, entered, () => IsAhead(entered.From));
        await rules.Refresh(Region);
        return reply;
    }

    public async Task<RateView[]> Rates(Currency? currency, int limit) =>
    [
        .. (await rules.Of(Region)).Prices.Rates.Where(of => currency is null || of.Key == currency).SelectMany(of => of.Value)
            .OrderByDescending(rate => rate.From).ThenByDescending(rate => rate.Id).Take(Math.Clamp(limit, 1, 1000)).Select(ToView),
    ];

    public async Task<RateReply> AddRate(AddRate command)
    {
        var known = (await rules.Refresh(Region)).Prices;
        if (command.Currency == known.Currency) return new RateReply(RateResult.ListCurrency, 0);
        if (!command.Rate.IsRate) throw new ArgumentException("An exchange rate is above zero.", nameof(command));
        var entered = command with { From = command.From.ToMilliseconds() };
        var before = known.RateAt(command.Currency, entered.From.AddMilliseconds(-1));
        // The same command may come again when its instant is near or past: then it was entered in time.
        if (!known.Rates.GetValueOrDefault(command.Currency, []).Any(rate => rate.From == entered.From))
        {
            if (!IsAhead(entered.From)) return new RateReply(RateResult.TooSoon, 0);
            var limits = rules.SettingsOf(Region).Rates;
            if (!command.Confirmed && new RateCheck(limits.MostPercent, limits.LongestGap).Of(before, entered.Rate, entered.From) is { } doubt)
            {
                BillingMetrics.RateRefused(Region);
                RateDoubted(Region, command.Currency, entered.Rate, entered.From, doubt, before is null ? "none" : $"{before.Rate} from {before.From:u} on");
                return new RateReply(doubt switch { RateDoubt.Jump => RateResult.Jump, RateDoubt.Gap => RateResult.Gap, _ => RateResult.First }, 0, before is null ? null : ToView(before));
            }
        }
        var reply = await store.AddRate(Region, entered, () => IsAhead(entered.From));
        await rules.Refresh(Region);
        return reply;
    }

    public async Task Hold(PlaceHold command)
    {
        var now = Now();
        if (command.Actions == HeldActions.None || string.IsNullOrWhiteSpace(command.Reason) || command.Until <= now)
            throw new ArgumentException("A hold needs an action, a reason and an end in the future (policy 4.11).", nameof(command));
        _ = rules.SettingsOf(Region);
        await store.AddHold(Region, new EnforcementHold(command.Hold, command.Actions, command.Reason, command.By, now - Apart, command.Until.ToMilliseconds()));
        await rules.Refresh(Region);
    }

    public async Task<bool> Release(string hold)
    {
        var released = await store.EndHold(Region, hold, Now());
        await rules.Refresh(Region);
        return released;
    }

    private bool IsAhead(DateTimeOffset from) => from >= Now() + Ahead;

    private DateTimeOffset Now()
    {
        var now = clock.Now();
        return referee.Trusts(now) ? now : throw new OutcomeUnknownException("The clock of this silo is off: nothing was entered.");
    }

    private static RateView ToView(RateVersion rate) => new(rate.Id, rate.Currency, rate.Rate, rate.From, rate.By);

    private static ConvertedPriceView? Converted(PriceVersion? version, RegionOptions region, DateTimeOffset now) => version?.Rate is { } rate
        ? new ConvertedPriceView(rate.Currency, version.Hour, rate.Rate, rate.From, region.DayOf(rate.From), region.DayOf(rate.From) < region.DayOf(now))
        : null;

    [LoggerMessage(1, LogLevel.Error,
        "The exchange rate of region {Region} into {Currency}, {Rate} from {From} on, was refused: {Doubt} after {Before}. An operator can confirm it.")]
    private partial void RateDoubted(string region, Currency currency, ExchangeRate rate, DateTimeOffset from, RateDoubt doubt, string before);
}
