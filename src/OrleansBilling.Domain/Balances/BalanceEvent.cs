using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

/// <summary>What happened in a step, in the order in which it did. Stored and told after the step is durable.</summary>
/// <param name="At">When it happened.</param>
public abstract record BalanceEvent(DateTimeOffset At);

/// <summary>An entry was posted.</summary>
/// <param name="Entry">The entry.</param>
public sealed record EntryPosted(LedgerEntry Entry) : BalanceEvent(Entry.At);

/// <summary>An order was made.</summary>
/// <param name="Order">The order, open.</param>
public sealed record OrderIssued(Order Order) : BalanceEvent(Order.At);

/// <summary>The tenant is told something.</summary>
/// <param name="Notice">The notice.</param>
public sealed record NoticeGiven(Notice Notice) : BalanceEvent(Notice.At);

/// <summary>The live balance fell below one hour's cost (policy 4.1).</summary>
/// <param name="At">When.</param>
/// <param name="Live">The live balance.</param>
/// <param name="Need">One hour's cost.</param>
public sealed record BecameLow(DateTimeOffset At, Amount Live, Amount Need) : BalanceEvent(At);

/// <summary>The live balance fell below zero (policy 4.7).</summary>
/// <param name="At">The first instant below zero.</param>
/// <param name="Live">The live balance.</param>
public sealed record BecameNegative(DateTimeOffset At, Amount Live) : BalanceEvent(At);

/// <summary>The live balance is at or above zero again (policy 4.7).</summary>
/// <param name="At">The first such instant.</param>
/// <param name="Live">The live balance.</param>
public sealed record BecameCured(DateTimeOffset At, Amount Live) : BalanceEvent(At);

/// <summary>An order was begun, confirmed or became void.</summary>
/// <param name="At">When.</param>
/// <param name="Order">The order as it is now.</param>
public sealed record OrderMoved(DateTimeOffset At, Order Order) : BalanceEvent(At);
