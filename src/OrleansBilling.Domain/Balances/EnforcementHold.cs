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

/// <summary>An operator's hold on automatic stops or deletions, for one tenant or a whole region (policy 4.11).</summary>
/// <param name="Id">Made by the caller.</param>
/// <param name="Actions">What it keeps from happening.</param>
/// <param name="Reason">Why, for the record; not empty.</param>
/// <param name="By">Which operator.</param>
/// <param name="From">Its first instant.</param>
/// <param name="Until">Its end: the first instant at which it does not hold. A release moves it forward.</param>
public sealed record EnforcementHold(string Id, HeldActions Actions, string Reason, string By, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Whether it keeps the action from happening at the instant.</summary>
    public bool Holds(HeldActions action, DateTimeOffset at) => (Actions & action) != 0 && From <= at && at < Until;
}
