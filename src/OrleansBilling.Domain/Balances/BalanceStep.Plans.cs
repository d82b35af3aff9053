using System.Collections.Immutable;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;

namespace OrleansBilling.Domain.Balances;

public sealed partial class BalanceStep
{
    /// <summary>
    /// What changes prices to come is decided so long before it counts, as with the price list (policy 3.7): whoever reads a meter whose clock is a little ahead then knows the prices too.
    /// </summary>
    public static readonly TimeSpan PlansAhead = TimeSpan.FromMinutes(1);

    private const int MostPlanChanges = 200;

    /// <summary>
    /// Makes a plan. Its credit waits as a lot that becomes effective at its start, whatever is paid by then, and leaves at its end (policy 2.4, 2.6); its prices hold for this balance alone.
    /// </summary>
    /// <param name="operation">The caller's id: the same again changes nothing and gets the same answer (M5).</param>
    /// <param name="id">The plan's id, unique within the balance for ever; not empty, without '/'.</param>
    /// <param name="currency">Must be the balance's; when it has none, fixes it, if something can be priced in it, as long as the plan is not cancelled before its start (policy 1.4).</param>
    /// <param name="terms">What was agreed on.</param>
    /// <param name="renews">Whether the next period follows at the end of each.</param>
    /// <param name="by">Which operator.</param>
    public PlanResult MakePlan(string operation, string id, Currency currency, PlanTerms terms, bool renews, string by)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        if (string.IsNullOrWhiteSpace(id) || id.Contains('/', StringComparison.Ordinal)) throw new ArgumentException($"'{id}' cannot be the id of a plan.", nameof(id));
        var fingerprint = FingerprintOf(terms.Checked(), Plan.LotOf(id, 1), currency, renews);
        if (Refusal(operation, fingerprint, currency) is { } refusal)
            return refusal.Result switch { PostingResult.OtherCurrency => PlanResult.OtherCurrency, PostingResult.NoRate => PlanResult.NoRate, PostingResult.OperationReused => PlanResult.OperationReused, _ => PlanResult.Done };
        if (balance.Plans.Exists(other => other.Id == id)) return PlanResult.PlanExists;
        if (terms.From < now + PlansAhead) return PlanResult.TooLate;
        // Of a price in force at its start there is one in force at its end, too.
        if (terms.Prices.Any(own => !region.Prices.Packages.TryGetValue(own.Package, out var sold) || sold.InForceAt(terms.From) is null)) return PlanResult.UnknownPackage;
        var firstPrice = -1 - balance.Plans.Where(plan => plan.Period == 1).Sum(plan => plan.Terms.Prices.Length);
        var plans = balance.Plans.Add(new Plan(id, 1, balance.Plans.Count, terms, firstPrice, renews, IsCancelled: false, [], by, now));
        if (Plan.PricesOf(plans).Overlap) return PlanResult.PriceOverlap;

        Reserve(currency);
        Keep(plans);
        KeepLotOf(plans[^1], operation, fingerprint);
        return PlanResult.Done;
    }

    /// <summary>Records what was paid for a plan that was not cancelled. It is no credit: the balance does not change (policy 2.2).</summary>
    /// <param name="operation">The caller's id, unique within the balance's plans: the same again changes nothing.</param>
    /// <param name="id">The plan's id.</param>
    /// <param name="period">Which period of it.</param>
    /// <param name="amount">Not zero; below zero takes back what was recorded too much. What is paid in sum stays between zero and what is due.</param>
    /// <param name="by">Which operator.</param>
    /// <param name="note">Where the payment is found, for people.</param>
    public PlanResult RecordPlanPayment(string operation, string id, int period, Amount amount, string by, string note)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(note);
        if (amount == Amount.Zero) throw new ArgumentException("A payment of zero changes nothing.", nameof(amount));
        return Change(id, period, new PlanChange(operation, now, by, amount, note), plan =>
            plan.IsCancelled && amount > Amount.Zero ? (PlanResult.PlanCancelled, plan)
            : plan.Paid + amount < Amount.Zero || plan.Paid + amount > plan.Terms.Due ? (PlanResult.PaymentOutOfRange, plan) : (PlanResult.Done, plan));
    }

    /// <summary>Says whether the next period of a plan follows at the end of the present one, at least a minute before that end.</summary>
    /// <param name="operation">The caller's id, as above.</param>
    /// <param name="id">The plan's id.</param>
    /// <param name="renews">The state to reach.</param>
    /// <param name="by">Which operator.</param>
    public PlanResult SwitchPlanRenewal(string operation, string id, bool renews, string by) =>
        Change(id, period: null, new PlanChange(operation, now, by, Amount.Zero, renews ? "renewal on" : "renewal off"), plan =>
        {
            if (plan.IsCancelled || plan.Terms.To < now + PlansAhead) return (PlanResult.TooLate, plan);
            var next = plan with { Renews = renews };
            return (Plan.PricesOf(balance.Plans.Replace(plan, next)).Overlap ? PlanResult.PriceOverlap : PlanResult.Done, next);
        });

    /// <summary>Cancels a plan at least a minute before its start: it grants nothing and prices nothing, and it stays in the list.</summary>
    /// <param name="operation">The caller's id, as above.</param>
    /// <param name="id">The plan's id.</param>
    /// <param name="by">Which operator.</param>
    public PlanResult CancelPlan(string operation, string id, string by)
    {
        var result = Change(id, period: null, new PlanChange(operation, now, by, Amount.Zero, "cancelled"), plan => plan switch
        {
            { IsCancelled: true } => (PlanResult.Done, plan),
            _ => (plan.Terms.From < now + PlansAhead ? PlanResult.TooLate : PlanResult.Done, plan with { IsCancelled = true }),
        });
        if (result == PlanResult.Done && balance.Lots.Find(lot => lot.Id == Plan.LotOf(id, 1)) is { State: LotState.Pending } lot)
            RevokePending(lot);
        return result;
    }

    /// <param name="id">The plan's id.</param>
    /// <param name="period">Which period of it; null: the last one.</param>
    /// <param name="change">What is to be recorded when it is done.</param>
    /// <param name="decide">Whether it is done, and the plan with what else it changes.</param>
    private PlanResult Change(string id, int? period, PlanChange change, Func<Plan, (PlanResult Result, Plan Next)> decide)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(change.Operation);
        ArgumentException.ThrowIfNullOrWhiteSpace(change.By);
        foreach (var other in balance.Plans)
            if (other.Changes.FirstOrDefault(done => done.Operation == change.Operation) is { } done)
                return IsMeant(other) && (done.Paid, done.Note) == (change.Paid, change.Note) ? PlanResult.Done : PlanResult.OperationReused;
        if (balance.Plans.FindLast(IsMeant) is not { } plan) return PlanResult.UnknownPlan;
        var (result, next) = decide(plan);
        if (result != PlanResult.Done) return result;
        if (plan.Changes.Length >= MostPlanChanges) throw new ArgumentException($"The plan was changed {MostPlanChanges} times already.");
        Keep(balance.Plans.SetItem(plan.Ordinal, next with { Changes = next.Changes.Add(change) }));
        return PlanResult.Done;

        bool IsMeant(Plan other) => other.Id == id && (period is null || other.Period == period);
    }

    /// <summary>The next period of what has ended and renews: once, because from then on it is not the last one any more.</summary>
    private void RenewPlans(DateTimeOffset at)
    {
        for (var i = 0; i < balance.Plans.Count; i++) // also of what is renewed here, when it was found late
        {
            var plan = balance.Plans[i];
            if (!plan.Renews || plan.IsCancelled || plan.Terms.To > at || balance.Plans.Exists(other => other.Id == plan.Id && other.Period > plan.Period)) continue;
            var next = plan.Next(balance.Plans.Count, at);
            Keep(balance.Plans.Add(next));
            KeepLotOf(next, next.Lot, FingerprintOf(next.Terms, next.Lot, balance.Currency!.Value, renews: true));
        }
    }

    private void Keep(ImmutableList<Plan> plans)
    {
        balance = balance with { Plans = plans };
        rules = region.For(balance);
        LookAnew();
    }

    private void KeepLotOf(Plan plan, string operation, string fingerprint) => Keep(new CreditLot(
        plan.Lot, balance.Lots.Count, CreditKind.BillingPlan, plan.Terms.Scope, plan.Terms.Credit, plan.Terms.Credit, plan.Terms.From, plan.Terms.To, LotState.Pending, operation, fingerprint));

    private Plan? PlanOf(string lot) => lot.StartsWith(Plan.Lots, StringComparison.Ordinal) ? balance.Plans.Find(plan => plan.Lot == lot) : null;

    /// <summary>What people call a lot.</summary>
    private string NameOf(string lot) => PlanOf(lot)?.Terms.Name ?? lot;

    // As every lot's: kind, lot, scope, currency and amount, then what else was asked for (M5).
    private static string FingerprintOf(PlanTerms terms, string lot, Currency currency, bool renews) => string.Join('|',
    [
        CreditKind.BillingPlan, lot, terms.Scope, currency.Code(), terms.Credit, $"{terms.From:O}", $"{terms.To:O}", terms.Due, terms.Payment, renews,
        .. terms.Prices.Select(own => $"{own.Package}={own.Price}"), terms.Name,
    ]);
}
