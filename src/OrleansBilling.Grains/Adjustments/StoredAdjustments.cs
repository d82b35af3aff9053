using System.Collections.Immutable;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Adjustments;

/// <summary>The adjustments of a balance that need a second operator, as they are stored.</summary>
public sealed record StoredAdjustments
{
    /// <summary>Oldest first.</summary>
    public ImmutableArray<StoredAdjustment> Waiting { get; init; } = [];

    /// <summary>The latest decisions: a repetition is answered by them.</summary>
    public ImmutableArray<StoredDecision> Decided { get; init; } = [];
}

/// <summary>One that waits. Units are in the names; the target is a number whose meaning is fixed.</summary>
public sealed record StoredAdjustment(
    string Operation, string Currency, long ChangeMicros, int Target, string? Lot, ImmutableArray<string> Products, long? ExpiresAtMilliseconds, string Reason, string By,
    long AtMilliseconds, string? ApprovedBy = null)
{
    internal static StoredAdjustment Of(AdjustBalance command, string by, DateTimeOffset at) => new(
        command.Operation, command.Currency.Code(), command.Change.Micros, (int)command.Target, command.Lot, [.. command.Products], command.Expires?.ToUnixTimeMilliseconds(), command.Reason, by,
        at.ToUnixTimeMilliseconds());

    internal AdjustBalance ToCommand() => new(
        Operation, CurrencyCode.Find(Currency)!.Value, new Amount(ChangeMicros), (CreditKind)Target, Lot, [.. Products],
        ExpiresAtMilliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, Reason);

    /// <summary>Whether the same is asked for again.</summary>
    internal bool IsOf(AdjustBalance command) => Of(command, By, DateTimeOffset.FromUnixTimeMilliseconds(AtMilliseconds)) is var other
        && other with { Products = Products, ApprovedBy = ApprovedBy } == this && other.Products.SequenceEqual(Products);
}

/// <summary>How one was decided: its entry, or 0 when it was withdrawn.</summary>
public sealed record StoredDecision(string Operation, long EntryNumber, string By);
