using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

/// <summary>What a hold keeps from happening.</summary>
[Flags]
public enum HeldActions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Automatic stops.</summary>
    Stopping = 1,

    /// <summary>Automatic deletions.</summary>
    Deletion = 2,
}

/// <summary>A deletion that holds keep from happening (policy 4.11).</summary>
/// <param name="Reason">Why, of all of them.</param>
/// <param name="Until">Their end, if nothing ends them earlier.</param>
public sealed record HeldDeletion(string Reason, DateTimeOffset Until);

/// <summary>A hold on automatic stops or deletions: an operator's, for one tenant or a whole region, or an open dispute's (policy 4.11).</summary>
/// <param name="Id">Made by the caller.</param>
/// <param name="Actions">What it keeps from happening.</param>
/// <param name="Reason">Why, for the record; not empty.</param>
/// <param name="By">Which operator, or what placed it.</param>
/// <param name="From">Its first instant.</param>
/// <param name="Until">Its end: the first instant at which it does not hold. A release moves it forward.</param>
/// <param name="Disputed">What an open dispute has taken, not below zero: it holds only where disputes are the reason. Null: it holds whatever the balance.</param>
public sealed record EnforcementHold(string Id, HeldActions Actions, string Reason, string By, DateTimeOffset From, DateTimeOffset Until, Amount? Disputed = null)
{
    /// <summary>What holds down to this amount holds at every one.</summary>
    public static readonly Amount Lowest = new(long.MinValue);

    /// <summary>Whether it keeps the action from happening at the instant.</summary>
    public bool Holds(HeldActions action, DateTimeOffset at) => (Actions & action) != 0 && From <= at && at < Until;

    /// <summary>
    /// The lowest live balance at which holds keep an action from happening. What open disputes have taken counts together: without all of it the balance must not be
    /// below zero, where they hold deletions, or must be above it, where they hold stops; else the action would follow anyway, and they are not the reason.
    /// </summary>
    /// <param name="holds">The holds of the tenant and of its region.</param>
    /// <param name="action">Stopping or deletion.</param>
    /// <param name="at">The instant.</param>
    /// <returns>Null when none holds it; <see cref="Lowest"/> when one holds it whatever the balance.</returns>
    public static Amount? HeldDownTo(IEnumerable<EnforcementHold> holds, HeldActions action, DateTimeOffset at)
    {
        Amount? disputed = null;
        foreach (var hold in holds)
        {
            if (!hold.Holds(action, at)) continue;
            if (hold.Disputed is not { } taken) return Lowest;
            disputed = taken + (disputed ?? Amount.Zero);
        }
        return new Amount(action == HeldActions.Stopping ? 1 : 0) - disputed;
    }
}
