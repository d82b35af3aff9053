using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Notices;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Grains.Vouchers;

namespace OrleansBilling.Grains;

/// <summary>The settings of a silo.</summary>
public sealed class BillingOptions
{
    /// <summary>The numbers of the policy. Section <c>Policy</c>.</summary>
    public BillingPolicy Policy { get; set; } = new();

    /// <summary>The regions by code: Vietnam and Japan unless set otherwise (policy 1.2).</summary>
    public Dictionary<string, RegionOptions> Regions { get; } = new(StringComparer.Ordinal);

    /// <summary>Codes and the guessing of codes. Section <c>Vouchers</c>.</summary>
    public VoucherOptions Vouchers { get; } = new();

    /// <summary>How notices are sent. Section <c>Notices</c>.</summary>
    public NoticeOptions Notices { get; set; } = new();

    /// <summary>How often the sweep looks for what is overdue, in real time. Default 5 seconds; at least 100 ms.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often, in real time, one silo counts how the ledger stands, while somebody asks the meter. Default 15 seconds; from 1 second to 1 hour.</summary>
    public TimeSpan CountEvery { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long, in business time, an order or a request waits for its confirmation before it is repeated. Default 30 seconds.</summary>
    public TimeSpan RepeatAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Repetitions of one order after which it is reported as stuck (policy 4.9). Default 10.</summary>
    public int StuckAfter { get; set; } = 10;

    /// <summary>How often, in business time, the job verifies every ledger. Default 1 hour; from 1 minute to 30 days.</summary>
    public TimeSpan VerifyEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often, in business time, exchange rates are fetched where a region has a source, and missing ones are told. Default 1 hour; from 1 minute to 1 day.</summary>
    public TimeSpan RatesEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long, in real time, a charge that nobody waits for may wait for others, to share its transaction with them. Default 250 ms; zero: none waits; at most one second,
    /// which is half of the time within which a stop must be ordered (E1).
    /// </summary>
    public TimeSpan ChargesWait { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// About so many entries are written at once: after an outage the charges of one balance are committed in parts of that size, and commits of many balances share a transaction up to it.
    /// No setting, because it bounds a transaction's duration and nothing that anybody could see.
    /// </summary>
    internal int MostEntriesAtOnce { get; set; } = 20_000;

    /// <summary>
    /// What operators give or take by hand above these, by currency, needs a second operator: an adjustment, a credit, a charge, a billing plan by all that it gives (<see cref="Domain.Plans.PlanWorth"/>), all vouchers of a campaign together. Section <c>Adjustments:ApprovalAbove</c>; default 100 USD, 2500000 VND, 15000 JPY; at least zero, which means every one.
    /// </summary>
    public Dictionary<string, string> ApprovalAbove { get; } = new(StringComparer.Ordinal) { ["USD"] = "100", ["VND"] = "2500000", ["JPY"] = "15000" };

    /// <summary>Whether it needs a second operator that so much is given, or taken where it is below zero.</summary>
    public bool NeedsApproval(Currency currency, Int128 micros) => Int128.Abs(micros) > Amount.Parse(ApprovalAbove[currency.Code()]).Micros;

    /// <summary>The options themselves, when every value makes sense.</summary>
    /// <exception cref="ArgumentException">Names the value that does not.</exception>
    public BillingOptions Checked()
    {
        Policy.Checked();
        Vouchers.Check();
        if (SweepEvery < TimeSpan.FromMilliseconds(100)) throw new ArgumentException($"SweepEvery is {SweepEvery}: at least 100 ms.");
        if (CountEvery < TimeSpan.FromSeconds(1) || CountEvery > TimeSpan.FromHours(1)) throw new ArgumentException($"CountEvery is {CountEvery}: from one second to one hour.");
        if (RepeatAfter < TimeSpan.FromSeconds(1)) throw new ArgumentException($"RepeatAfter is {RepeatAfter}: at least one second.");
        if (VerifyEvery < TimeSpan.FromMinutes(1) || VerifyEvery > TimeSpan.FromDays(30)) throw new ArgumentException($"VerifyEvery is {VerifyEvery}: from one minute to 30 days.");
        if (ChargesWait < TimeSpan.Zero || ChargesWait > TimeSpan.FromSeconds(1)) throw new ArgumentException($"ChargesWait is {ChargesWait}: from nothing to one second.");
        if (RatesEvery < TimeSpan.FromMinutes(1) || RatesEvery > TimeSpan.FromDays(1)) throw new ArgumentException($"RatesEvery is {RatesEvery}: from one minute to one day.");
        Notices.Check();
        foreach (var currency in Enum.GetValues<Currency>())
            if (!Amount.TryParse(ApprovalAbove.GetValueOrDefault(currency.Code()), out var limit) || limit < Amount.Zero)
                throw new ArgumentException($"Adjustments:ApprovalAbove:{currency.Code()} is '{ApprovalAbove.GetValueOrDefault(currency.Code())}': expected an amount of at least zero.");
        foreach (var (code, region) in Regions)
        {
            if (NoticeLanguage.Find(region.Language) is null) throw new ArgumentException($"Region {code} has the language '{region.Language}': expected en, vi or ja.");
            region.Rates.Check(code);
            if (region.Rates.Source.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(region.TimeZone, out _))
                throw new ArgumentException($"Region {code} imports exchange rates by the days of '{region.TimeZone}', a time zone that this machine does not know.");
            if (CurrencyCode.Find(region.Currency) is null) throw new ArgumentException($"Region {code} has the currency '{region.Currency}': expected USD, VND or JPY.");
            foreach (var (package, sold) in region.Packages)
                if (!Amount.TryParse(sold.PricePerHour, out var price) || price < Amount.Zero)
                    throw new ArgumentException($"Package {package} of region {code} costs '{sold.PricePerHour}': expected a price of at least zero.");
        }
        return this;
    }
}
