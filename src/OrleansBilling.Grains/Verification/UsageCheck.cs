using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Verification;

/// <summary>
/// M4 and M6 within the ledger: a VM's charges follow one another without gap or overlap up to its watermark, sum to the seconds that
/// the watermark says, and cost what those seconds cost by the price list and its exchange rates, cut once. A balance in the list currency has
/// no exchange rate in any of its seconds, and another one has one in each that has a price (policy 3.7).
/// </summary>
internal sealed class UsageCheck(Balance balance, PriceList prices, Findings findings)
{
    private static readonly Int128 one = 1_000_000_000_000; // as a rate: nothing is converted

    private readonly Dictionary<string, Charged> vms = balance.Vms.Values.ToDictionary(vm => vm.Id, vm => new Charged { Through = vm.AdmittedAt });

    public void Look(LedgerEntry entry)
    {
        if (entry.Vm is not { } charge || !vms.TryGetValue(charge.Id, out var charged)) return;
        var row = $"entry {entry.Number}";
        if (charge.Sequence != charged.Sequence + 1) findings.Add(Invariants.Usage, row, $"is charge {charge.Sequence} of VM {charge.Id} and follows charge {charged.Sequence}");
        if (charge.From != charged.Through || charge.Through < charge.From)
            findings.Add(Invariants.Usage, row, $"charges VM {charge.Id} from {charge.From:O} to {charge.Through:O}, but it was charged through {charged.Through:O}");
        if (charge.Seconds != charge.Priced.Sum(part => part.Seconds)) findings.Add(Invariants.Usage, row, $"charges {charge.Seconds} s, but by price they are {charge.Priced.Sum(part => part.Seconds)} s");

        (charged.Entry, charged.Sequence, charged.Through, charged.Cost) = (entry.Number, charge.Sequence, charge.Through, charged.Cost - entry.Change);
        foreach (var part in charge.Priced)
        {
            var at = (part.Version, part.RateVersion);
            charged.Priced[at] = part with { Seconds = charged.Priced.GetValueOrDefault(at).Seconds + part.Seconds };
            if (PriceOf(charge.Id, part.Version) is not { } price || price != part.Price)
                findings.Add(Invariants.Price, row, $"charges VM {charge.Id} {part.Price} an hour by price version {part.Version}, which neither the price list nor a plan has");
            if (RateOf(part.Version, part.RateVersion) is not { } rate || rate != (part.Rate.IsRate ? part.Rate.Picos : one))
                findings.Add(Invariants.Price, row, $"charges VM {charge.Id} at the exchange rate {part.Rate} by rate {part.RateVersion}, which is none of the balance's currency");
        }
    }

    public void End()
    {
        foreach (var (id, charged) in vms)
        {
            var (posted, row, last) = (balance.Vms[id].Posted, $"VM {id}", LastOf(id));
            if (charged.Sequence != posted.Sequence || charged.Through != posted.Through)
                findings.Add(Invariants.Usage, row, $"is posted through {posted.Through:O} by charge {posted.Sequence}, but its last entry is charge {charged.Sequence} through {charged.Through:O} ({last})");
            if (!Agrees(posted.Usage, charged.Priced.Values))
                findings.Add(Invariants.Usage, row, $"is posted with {posted.Usage.Seconds} s, but its entries sum to {charged.Priced.Values.Sum(part => part.Seconds)} s ({last})");
            var cost = CostOf(id, charged.Priced.Values);
            if (cost != charged.Cost) findings.Add(Invariants.Price, row, $"was charged {charged.Cost}, but its seconds cost {cost} ({last})");
        }
    }

    /// <summary>Which entry charged a VM last: where to begin to look. Another one each quarter hour, and so no part of a row's name.</summary>
    public string LastOf(string vm) => vms[vm].Entry == 0 ? "never charged" : $"last charged by entry {vms[vm].Entry}";

    /// <summary>Whether running totals say these seconds, each price and rate once: those that they name, and the rest is what they have folded (policy 3.9).</summary>
    public static bool Agrees(Usage usage, IEnumerable<PricedSeconds> seconds)
    {
        var rest = seconds.ToDictionary(part => (part.Version, part.RateVersion));
        foreach (var part in usage.Priced)
            rest[(part.Version, part.RateVersion)] = part with { Seconds = rest.GetValueOrDefault((part.Version, part.RateVersion)).Seconds - part.Seconds };
        var (count, exact, check) = (0L, (Int128)0, 0L);
        foreach (var part in rest.Values)
        {
            if (part.Seconds < 0) return false;
            (count, check) = (count + part.Seconds, unchecked(check + part.Check));
            exact = checked(exact + (Int128)part.Price.MicrosPerHour * (part.Rate.IsRate ? part.Rate.Picos : 1) * part.Seconds);
        }
        return usage.Folded == new FoldedSeconds(count, exact, check);
    }

    private Amount CostOf(string vm, IEnumerable<PricedSeconds> priced)
    {
        var exact = (Int128)0;
        foreach (var part in priced)
            exact = checked(exact + (Int128)(PriceOf(vm, part.Version) ?? default).MicrosPerHour * (RateOf(part.Version, part.RateVersion) ?? 0) * part.Seconds);
        return new Amount(checked((long)(exact / 3600 / one)));
    }

    // None is the rate of what has no price yet, and of everything in the list currency.
    private Int128? RateOf(int version, int rate) =>
        rate == 0 ? (version == 0 || balance.Currency == prices.Currency ? one : null)
        : prices.Rates.Values.SelectMany(known => known).FirstOrDefault(known => known.Id == rate && known.Currency == balance.Currency)?.Rate.Picos;

    // What was used before the first version costs nothing and is told as version 0.
    private HourlyPrice? PriceOf(string vm, int version) =>
        version == 0 ? default(HourlyPrice)
        : version < 0 ? OwnPriceOf(vm, version)
        : prices.Packages.GetValueOrDefault(balance.Vms[vm].Package)?.Versions.FirstOrDefault(known => known.Id == version)?.Price;

    // The n-th own price that was agreed on in the balance's plans, of which renewals repeat those of the period before.
    private HourlyPrice? OwnPriceOf(string vm, int version) => balance.Plans.Where(plan => plan.Period == 1).SelectMany(plan => plan.Terms.Prices).ElementAtOrDefault(-1 - version) is { Package: not null } own
        && own.Package == balance.Vms[vm].Package ? own.Price : null;

    private sealed class Charged
    {
        public long Entry { get; set; }

        public int Sequence { get; set; }

        public DateTimeOffset Through { get; set; }

        public Amount Cost { get; set; }

        public Dictionary<(int Version, int Rate), PricedSeconds> Priced { get; } = [];
    }
}
