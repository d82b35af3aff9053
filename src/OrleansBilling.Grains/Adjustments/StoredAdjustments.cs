using System.Collections.Immutable;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;

namespace OrleansBilling.Grains.Adjustments;

/// <summary>The adjustments and billing plans of a balance that need a second operator, as they are stored.</summary>
public sealed record StoredAdjustments
{
    /// <summary>Oldest first.</summary>
    public ImmutableArray<StoredAdjustment> Waiting { get; init; } = [];

    /// <summary>The latest decisions: a repetition is answered by them.</summary>
    public ImmutableArray<StoredDecision> Decided { get; init; } = [];
}

/// <summary>
/// One that waits; a plan is its credit and what else it is, and has no reason: so nothing that knows of no plans, an older silo during an upgrade, can post the credit alone. Units are in the names; the target is a number
/// whose meaning is fixed.
/// </summary>
public sealed record StoredAdjustment(
    string Operation, string Currency, long ChangeMicros, int Target, string? Lot, ImmutableArray<string> Products, long? ExpiresAtMilliseconds, string Reason, string By,
    long AtMilliseconds, string? ApprovedBy = null, StoredPlan? Plan = null)
{
    internal static StoredAdjustment Of(AdjustBalance command, string by, DateTimeOffset at) => new(
        command.Operation, command.Currency.Code(), command.Change.Micros, (int)command.Target, command.Lot, [.. command.Products], command.Expires?.ToUnixTimeMilliseconds(), command.Reason, by,
        at.ToUnixTimeMilliseconds());

    internal static StoredAdjustment Of(MakePlan command, string by, DateTimeOffset at) => new(
        command.Operation, command.Currency.Code(), command.Credit.Micros, (int)CreditKind.BillingPlan, Domain.Plans.Plan.LotOf(command.Plan, 1), [.. command.Products],
        command.To.ToUnixTimeMilliseconds(), "", by, at.ToUnixTimeMilliseconds(), Plan: StoredPlan.Of(command));

    internal Currency InCurrency => CurrencyCode.Find(Currency)!.Value;

    internal AdjustBalance ToCommand() => new(
        Operation, InCurrency, new Amount(ChangeMicros), (CreditKind)Target, Lot, [.. Products],
        ExpiresAtMilliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, Plan?.Name ?? Reason);

    /// <summary>The plan that it is, in the name of who makes it; null when it is none.</summary>
    internal MakePlan? ToPlan(string by) => Plan is not { } plan ? null : new MakePlan(
        Operation, plan.Id, plan.Name, [.. Products], InCurrency, DateTimeOffset.FromUnixTimeMilliseconds(plan.FromMilliseconds), DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAtMilliseconds!.Value),
        new Amount(ChangeMicros), new Amount(plan.DueMicros), (PlanPayment)plan.Payment, [.. plan.Prices.Select(own => new PackagePrice(own.Package, new HourlyPrice(own.MicrosPerHour)))], plan.Renews, by);

    /// <summary>Whether the same is asked for again, by whomever.</summary>
    internal bool IsAsked(StoredAdjustment again) =>
        again with { Products = Products, By = By, AtMilliseconds = AtMilliseconds, ApprovedBy = ApprovedBy, Plan = Plan } == this
        && again.Products.SequenceEqual(Products) && (Plan is null ? again.Plan is null : again.Plan is { } plan && Plan.IsAsked(plan));
}

/// <summary>What a plan is beside its credit. The payment is a number whose meaning is fixed.</summary>
public sealed record StoredPlan(string Id, string Name, long FromMilliseconds, long DueMicros, int Payment, ImmutableArray<StoredOwnPrice> Prices, bool Renews)
{
    internal static StoredPlan Of(MakePlan command) => new(
        command.Plan, command.Name, command.From.ToUnixTimeMilliseconds(), command.Due.Micros, (int)command.Payment,
        [.. command.Prices.Select(own => new StoredOwnPrice(own.Package, own.PricePerHour.MicrosPerHour))], command.Renews);

    internal bool IsAsked(StoredPlan again) => again with { Prices = Prices } == this && again.Prices.SequenceEqual(Prices);
}

/// <summary>What a package costs during a plan.</summary>
public sealed record StoredOwnPrice(string Package, long MicrosPerHour);

/// <summary>How one was decided: its entry, or 0 when it was withdrawn, or a plan was made.</summary>
public sealed record StoredDecision(string Operation, long EntryNumber, string By, bool MadePlan = false)
{
    internal AdjustmentReply ToReply() =>
        MadePlan ? new AdjustmentReply(AdjustmentResult.Posted, Plan: PlanResult.Done)
        : EntryNumber == 0 ? new AdjustmentReply(AdjustmentResult.Withdrawn)
        : new AdjustmentReply(AdjustmentResult.Posted, new PostingReply(PostingResult.Posted, EntryNumber));
}
