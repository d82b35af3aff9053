using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;

namespace OrleansBilling.Contracts.Plans;

/// <summary>A billing plan that an operator makes for a tenant (policy 2.4, 3.7).</summary>
/// <param name="Operation">The caller's id; the same command under the same id is done once (M5).</param>
/// <param name="Plan">The plan's id, made by the caller, unique within the balance for ever.</param>
/// <param name="Name">For people: 1 to 100 characters.</param>
/// <param name="Products">Product codes for which its credit pays; empty: all products.</param>
/// <param name="Currency">Must be the balance's; when it has none yet, fixes it as long as the plan is not cancelled before its start (policy 1.4).</param>
/// <param name="From">Its first instant, at least a minute ahead.</param>
/// <param name="To">The first instant that is not in it any more; an hour to ten years later.</param>
/// <param name="Credit">What is granted at its start, above zero, whatever is paid by then.</param>
/// <param name="Due">What is to be paid for it, at least zero.</param>
/// <param name="Payment">When that is to be paid; says nothing of when the credit is granted.</param>
/// <param name="Prices">The tenant's own prices during it, above zero, at most one a package; empty: the price list's hold.</param>
/// <param name="Renews">Whether the next period, as long as this one and on the same terms, follows at the end of each.</param>
/// <param name="By">Which operator.</param>
[GenerateSerializer, Immutable, Alias("make-plan")]
public sealed record MakePlan(
    [property: Id(0)] string Operation, [property: Id(1)] string Plan, [property: Id(2)] string Name, [property: Id(3)] string[] Products, [property: Id(4)] Currency Currency,
    [property: Id(5)] DateTimeOffset From, [property: Id(6)] DateTimeOffset To, [property: Id(7)] Amount Credit, [property: Id(8)] Amount Due, [property: Id(9)] PlanPayment Payment,
    [property: Id(10)] PackagePrice[] Prices, [property: Id(11)] bool Renews, [property: Id(12)] string By);

/// <summary>What a package costs during a plan.</summary>
/// <param name="Package">A package code of the region.</param>
/// <param name="PricePerHour">The price of one hour, in the region's list currency.</param>
[GenerateSerializer, Immutable, Alias("package-price")]
public sealed record PackagePrice([property: Id(0)] string Package, [property: Id(1)] HourlyPrice PricePerHour);

/// <summary>A payment for a plan, as an operator records it. It is no credit: the balance does not change.</summary>
/// <param name="Operation">The caller's id; the same command under the same id is done once (M5).</param>
/// <param name="Plan">The plan's id.</param>
/// <param name="Period">Which period of it: 1 for the first.</param>
/// <param name="Amount">Not zero; below zero takes back what was recorded too much. What is paid in sum stays between zero and what is due.</param>
/// <param name="By">Which operator.</param>
/// <param name="Note">Where the payment is found, for people; not empty.</param>
[GenerateSerializer, Immutable, Alias("record-plan-payment")]
public sealed record RecordPlanPayment(
    [property: Id(0)] string Operation, [property: Id(1)] string Plan, [property: Id(2)] int Period, [property: Id(3)] Amount Amount, [property: Id(4)] string By, [property: Id(5)] string Note);

/// <summary>Says whether a plan renews, at least a minute before the end of its present period.</summary>
/// <param name="Operation">The caller's id: a repetition that comes late does not undo what was said meanwhile.</param>
/// <param name="Plan">The plan's id.</param>
/// <param name="Renews">The state to reach.</param>
/// <param name="By">Which operator.</param>
[GenerateSerializer, Immutable, Alias("switch-plan-renewal")]
public sealed record SwitchPlanRenewal([property: Id(0)] string Operation, [property: Id(1)] string Plan, [property: Id(2)] bool Renews, [property: Id(3)] string By);

/// <summary>Cancels a plan at least a minute before its start.</summary>
/// <param name="Operation">The caller's id.</param>
/// <param name="Plan">The plan's id.</param>
/// <param name="By">Which operator.</param>
[GenerateSerializer, Immutable, Alias("cancel-plan")]
public sealed record CancelPlan([property: Id(0)] string Operation, [property: Id(1)] string Plan, [property: Id(2)] string By);

/// <summary>One period of a billing plan, as its tenant and operators see it.</summary>
[GenerateSerializer, Immutable, Alias("plan-view")]
public sealed record PlanView
{
    /// <summary>The plan's id.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>1 for the first period, 2 for the one after the first renewal, …</summary>
    [Id(1)] public required int Period { get; init; }

    /// <summary>For people.</summary>
    [Id(2)] public required string Name { get; init; }

    /// <summary>Inactive, active, expired or cancelled.</summary>
    [Id(3)] public required PlanStatus Status { get; init; }

    /// <summary>What its credit pays for; empty: everything.</summary>
    [Id(4)] public required string[] Products { get; init; }

    /// <summary>Its first instant.</summary>
    [Id(5)] public required DateTimeOffset From { get; init; }

    /// <summary>The first instant that is not in it any more.</summary>
    [Id(6)] public required DateTimeOffset To { get; init; }

    /// <summary>The credit of the period.</summary>
    [Id(7)] public required Amount Credit { get; init; }

    /// <summary>What is left of that, less its part of the usage that is not posted yet.</summary>
    [Id(8)] public required Amount Remaining { get; init; }

    /// <summary>
    /// When that is used up at the present burn rate, after the credit that is used before it. Null when nothing uses it.
    /// </summary>
    [Id(9)] public TimeSpan? UsedUpIn { get; init; }

    /// <summary>The same in whole days.</summary>
    public int? DaysLeft => UsedUpIn?.Days;

    /// <summary>The tenant's own prices during it.</summary>
    [Id(10)] public required PackagePrice[] Prices { get; init; }

    /// <summary>What is to be paid for it.</summary>
    [Id(11)] public required Amount Due { get; init; }

    /// <summary>What is recorded as paid so far.</summary>
    [Id(12)] public required Amount Paid { get; init; }

    /// <summary>When it is to be paid.</summary>
    [Id(13)] public required PlanPayment Payment { get; init; }

    /// <summary>Unpaid, partially paid or paid.</summary>
    [Id(14)] public required PlanPaymentState PaymentState { get; init; }

    /// <summary>Whether the next period follows at its end, or has followed.</summary>
    [Id(15)] public required bool Renews { get; init; }

    /// <summary>The lot of its credit in the ledger.</summary>
    [Id(16)] public required string Lot { get; init; }

    /// <summary>What operators did with it since it was made, oldest first.</summary>
    [Id(17)] public required PlanChangeView[] Changes { get; init; }

    /// <summary>Which operator made it.</summary>
    [Id(18)] public required string By { get; init; }

    /// <summary>When it was made, or renewed.</summary>
    [Id(19)] public required DateTimeOffset MadeAt { get; init; }
}

/// <summary>What an operator did with a plan.</summary>
/// <param name="At">When.</param>
/// <param name="By">Which operator.</param>
/// <param name="Paid">What was recorded as paid; zero where it was something else.</param>
/// <param name="Note">What it was.</param>
[GenerateSerializer, Immutable, Alias("plan-change-view")]
public sealed record PlanChangeView([property: Id(0)] DateTimeOffset At, [property: Id(1)] string By, [property: Id(2)] Amount Paid, [property: Id(3)] string Note);
