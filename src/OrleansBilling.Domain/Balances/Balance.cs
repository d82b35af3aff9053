using System.Collections.Immutable;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;

namespace OrleansBilling.Domain.Balances;

/// <summary>
/// The prepaid credit of one tenant in one region, and all that is needed to decide by it alone (policy 1.1). A value: it changes
/// only by becoming the next one in a <see cref="BalanceStep"/>.
/// </summary>
public sealed record Balance
{
    /// <summary>A balance of nothing, before its first money event.</summary>
    public static readonly Balance Empty = new();

    /// <summary>Fixed by the first money event (policy 1.4); null before it.</summary>
    public Currency? Currency { get; init; }

    /// <summary>The currency is that of credit that waits for its start, and of nothing else: neither chosen nor fixed by a money event.</summary>
    public bool CurrencyReserved { get; init; }

    /// <summary>The number of the last ledger entry.</summary>
    public long EntryCount { get; init; }

    /// <summary>The top-up part. The only one that may be below zero: then it is the tenant's debt (policy 2.8).</summary>
    public Amount TopUp { get; init; }

    /// <summary>Billing-plan and voucher lots in the order of their arrival, ended ones too.</summary>
    public ImmutableList<CreditLot> Lots { get; init; } = [];

    /// <summary>Every period of every billing plan in the order in which they were made, over ones too; their credit is in <see cref="Lots"/>.</summary>
    public ImmutableList<Plan> Plans
    {
        get;
        init
        {
            field = value;
            if (Plan.PricesOf(value) is var prices && !prices.Equals(PlanPrices)) PlanPrices = prices;
        }
    } = [];

    /// <summary>The own prices of its plans; follows from <see cref="Plans"/>.</summary>
    public PlanPrices PlanPrices { get; private init; } = PlanPrices.None;

    /// <summary>Every VM that was ever admitted, by id.</summary>
    public MeteredVms Vms { get; init; } = MeteredVms.None;

    /// <summary>The orders that are still repeated, by id.</summary>
    public ImmutableDictionary<string, Order> Orders { get; init; } = ImmutableDictionary<string, Order>.Empty;

    /// <summary>How many orders were ever made.</summary>
    public int OrderCount { get; init; }

    /// <summary>How far it has run out.</summary>
    public Standing Standing { get; init; } = new();

    /// <summary>The tenant's own holds (policy 4.11).</summary>
    public ImmutableArray<EnforcementHold> Holds { get; init; } = [];

    /// <summary>Below this live balance the tenant wants to be told (policy 4.3); null: no such wish. Goes with a currency that was only reserved (policy 1.4).</summary>
    public Amount? OwnThreshold { get; init; }

    /// <summary>Who is told besides the tenant: at most five addresses (policy 4.3).</summary>
    public ImmutableArray<string> Recipients { get; init; } = [];

    /// <summary>The latest settings of these two, as id and content: one that is repeated late must not undo another (M5).</summary>
    public ImmutableArray<string> WatchOperations { get; init; } = [];

    /// <summary>The revision of the rules that it was last looked at by; -1 before that.</summary>
    public long RulesRevision { get; init; } = -1;

    /// <summary>All that was due up to this instant has been done.</summary>
    public DateTimeOffset AdvancedTo { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>Posted total: every credit available now (policy 2.1).</summary>
    public Amount Total
    {
        get
        {
            var sum = TopUp;
            foreach (var lot in Lots)
                if (HasEntered(lot)) sum += lot.Remaining;
            return sum;
        }
    }

    /// <summary>What is left of the lots of one kind; for <see cref="CreditKind.TopUp"/> the top-up part (policy 2.1).</summary>
    public Amount TotalOf(CreditKind kind) =>
        kind == CreditKind.TopUp ? TopUp : Lots.Where(lot => lot.Kind == kind && HasEntered(lot)).Aggregate(Amount.Zero, (sum, lot) => sum + lot.Remaining);

    /// <summary>Posted credit that pays for the product (policy 2.9).</summary>
    public Amount SpendableOn(ProductCode product)
    {
        var sum = TopUp;
        foreach (var lot in Lots)
            if (lot.Pays(product)) sum += lot.Remaining;
        return sum;
    }

    /// <summary>Its prices, of its region's: in its currency, with the own prices of its plans.</summary>
    public PriceList PricesOf(PriceList region) => region.In(Currency, PlanPrices);

    /// <summary>Usage by the instant that is not posted yet (policy 3.8).</summary>
    public Amount UnpostedAt(DateTimeOffset at, PriceList prices) => Vms.UnpostedAt(at, PricesOf(prices));

    /// <summary>
    /// Live spendable on <c>gpu-vm</c> at an instant at or after <see cref="AdvancedTo"/>: what the rules of policy 4 look at
    /// (policy 2.9, 3.8).
    /// </summary>
    public Amount LiveAt(DateTimeOffset at, PriceList prices) => SpendableOn(ProductCode.GpuVm) - UnpostedAt(at, prices);

    /// <summary>The cost of the low-balance hours of every VM that counts, at the prices in force (policy 4.2).</summary>
    public Amount HoursCostAt(DateTimeOffset at, BillingRules rules)
    {
        var (sum, prices) = (Amount.Zero, PricesOf(rules.Prices));
        foreach (var count in Vms.Packages)
            sum += prices[count.Package].PriceAt(at).For(checked(count.Counting * rules.Policy.LowBalanceHours));
        return sum;
    }

    /// <summary>What is being spent an hour at the prices in force, in the balance's currency: the price of every VM that is billed now.</summary>
    public HourlyPrice BurnRateAt(DateTimeOffset at, PriceList prices)
    {
        var (sum, converted) = (0L, PricesOf(prices));
        foreach (var count in Vms.Packages) sum += converted[count.Package].PriceAt(at).MicrosPerHour * count.Billed;
        return new HourlyPrice(sum);
    }

    /// <summary>The same with every price rounded up: nothing is spent faster than this.</summary>
    internal HourlyPrice BurnRateAtMost(DateTimeOffset at, PriceList prices)
    {
        var (sum, converted) = (0L, PricesOf(prices));
        foreach (var count in Vms.Packages) sum += (converted[count.Package].InForceAt(at)?.HourAtMost.MicrosPerHour ?? 0) * count.Billed;
        return new HourlyPrice(sum);
    }

    /// <summary>Whether there is a VM that counts.</summary>
    public bool HasVms => Vms.Counting > 0;

    /// <summary>Whether holds of the tenant or of the region keep the action from happening at an instant at or after <see cref="AdvancedTo"/> (policy 4.11).</summary>
    public bool IsHeld(HeldActions action, DateTimeOffset at, BillingRules rules) =>
        HeldDownTo(action, at, rules) is { } lowest && (lowest == EnforcementHold.Lowest || LiveAt(at, rules.Prices) >= lowest);

    /// <summary>
    /// What holds the deletion at an instant at or after <see cref="AdvancedTo"/>, and until when at the latest: usage that outgrows what open disputes have taken, or a release, ends it
    /// earlier. Null when nothing holds it (policy 4.11).
    /// </summary>
    public HeldDeletion? DeletionHeldAt(DateTimeOffset at, BillingRules rules)
    {
        var (holds, live, until) = (Holds.Concat(rules.Holds).ToList(), LiveAt(at, rules.Prices), at);
        // One that ends may leave another, which holds alone.
        while (EnforcementHold.HeldDownTo(holds, HeldActions.Deletion, until) is { } lowest && live >= lowest)
            until = holds.Where(hold => hold.Holds(HeldActions.Deletion, until)).Min(hold => hold.Until);
        return until == at ? null : new HeldDeletion(string.Join(' ', holds.Where(hold => hold.Holds(HeldActions.Deletion, at)).Select(hold => hold.Reason).Distinct()), until);
    }

    /// <summary>The live balance down to which they do (<see cref="EnforcementHold.HeldDownTo"/>).</summary>
    internal Amount? HeldDownTo(HeldActions action, DateTimeOffset at, BillingRules rules) => EnforcementHold.HeldDownTo(Holds.Concat(rules.Holds), action, at);

    // An ended lot has nothing left, but between the entry that gives back to it and the next, which takes that away again (policy 3.9).
    private static bool HasEntered(CreditLot lot) => lot.State != LotState.Pending;
}
