using System.Collections.Immutable;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Plans;

/// <summary>Where a plan stands in its life.</summary>
public enum PlanStatus
{
    /// <summary>Before its start: its credit is not granted yet.</summary>
    Inactive = 1,

    /// <summary>In its period.</summary>
    Active = 2,

    /// <summary>Its period is over, and what was left of its credit has gone (policy 2.6).</summary>
    Expired = 3,

    /// <summary>Cancelled before its start: it never granted anything.</summary>
    Cancelled = 4,
}

/// <summary>How much of a plan is paid.</summary>
public enum PlanPaymentState
{
    /// <summary>Nothing of what is due.</summary>
    Unpaid = 1,

    /// <summary>Some of it.</summary>
    PartiallyPaid = 2,

    /// <summary>All of it; also where nothing is due.</summary>
    Paid = 3,
}

/// <summary>What an operator did with a plan after it was made.</summary>
/// <param name="Operation">The caller's id, unique within the balance's plans: the same again is not done again (M5).</param>
/// <param name="At">When.</param>
/// <param name="By">Which operator.</param>
/// <param name="Paid">What was recorded as paid; below zero takes back what was recorded too much; zero where it was something else.</param>
/// <param name="Note">What it was, or where the payment is found, for people.</param>
public sealed record PlanChange(string Operation, DateTimeOffset At, string By, Amount Paid, string Note);

/// <summary>
/// A billing plan for one period, made by an operator for one tenant. Its credit is a lot of its balance whose life is the period (policy 2.4, 2.6). Payments are only recorded: they are no
/// part of the balance.
/// </summary>
/// <param name="Id">Made by the caller, the same in every period; unique within the balance.</param>
/// <param name="Period">1 for the period that was made, 2 for the one after its first renewal, …</param>
/// <param name="Ordinal">Its place in the order in which periods of plans were made.</param>
/// <param name="Terms">What was agreed on.</param>
/// <param name="FirstPrice">The id of its first own price, below zero; each further one has the next lower id. The same in every period.</param>
/// <param name="Renews">Whether the next period follows at its end, or has followed.</param>
/// <param name="IsCancelled">Cancelled before its start.</param>
/// <param name="Changes">What was done with it since it was made, oldest first.</param>
/// <param name="By">Which operator made it.</param>
/// <param name="MadeAt">When.</param>
public sealed record Plan(
    string Id, int Period, int Ordinal, PlanTerms Terms, int FirstPrice, bool Renews, bool IsCancelled, ImmutableArray<PlanChange> Changes, string By, DateTimeOffset MadeAt)
{
    /// <summary>How the ids of all lots of plans begin; no other lot's id does.</summary>
    public const string Lots = "plan/";

    /// <summary>The lot of its credit.</summary>
    public string Lot => LotOf(Id, Period);

    /// <summary>What is recorded as paid so far: from zero to what is due.</summary>
    public Amount Paid => Changes.Aggregate(Amount.Zero, (sum, change) => sum + change.Paid);

    /// <summary>How much of it is paid.</summary>
    public PlanPaymentState PaymentState =>
        Paid == Terms.Due ? PlanPaymentState.Paid : Paid == Amount.Zero ? PlanPaymentState.Unpaid : PlanPaymentState.PartiallyPaid;

    /// <summary>Where it stands at an instant.</summary>
    public PlanStatus StatusAt(DateTimeOffset at) =>
        IsCancelled ? PlanStatus.Cancelled : at < Terms.From ? PlanStatus.Inactive : at < Terms.To ? PlanStatus.Active : PlanStatus.Expired;

    /// <summary>The id of the lot of a plan's period.</summary>
    public static string LotOf(string id, int period) => FormattableString.Invariant($"{Lots}{id}/{period}");

    /// <summary>The same plan for the next period, of which nothing is paid.</summary>
    internal Plan Next(int ordinal, DateTimeOffset at) => this with { Period = Period + 1, Ordinal = ordinal, Terms = Terms.Next(), Changes = [], MadeAt = at };

    /// <summary>
    /// The own prices of plans. One that renews goes on without an end: so a renewal changes no price, and everybody who reads a meter knows the prices beyond it.
    /// </summary>
    internal static PlanPrices PricesOf(IReadOnlyList<Plan> plans) => PlanPrices.Of(
        from plan in plans
        where !plan.IsCancelled && !plan.Terms.Prices.IsEmpty
        group plan by plan.Id into periods
        let last = periods.Last()
        from price in periods.First().Terms.Prices.Select((price, place) => (price.Package, price.Price, Id: last.FirstPrice - place))
        select new PlanPrice(price.Id, price.Package, price.Price, periods.First().Terms.From, last.Renews ? null : last.Terms.To));
}
