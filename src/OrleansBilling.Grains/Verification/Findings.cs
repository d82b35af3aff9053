using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Grains.Verification;

/// <summary>
/// What the checks of one balance find: of each invariant the first offending row, and the first that no operator has decided about by releasing its hold. What follows
/// from a row is not told again.
/// </summary>
internal sealed class Findings(BalanceId id, Balance balance)
{
    private readonly HashSet<string> decided = [.. balance.Holds.Where(hold => hold.Until <= balance.AdvancedTo).Select(hold => hold.Id)];
    private readonly Dictionary<string, Finding> first = [];
    private readonly Dictionary<string, Finding> undecided = [];

    /// <summary>By invariant, the first row of each before the other.</summary>
    public IEnumerable<Finding> All => first.Values.Concat(undecided.Values).Distinct().OrderBy(finding => Invariants.All.ToList().IndexOf(finding.Invariant));

    public void Add(string invariant, string row, string what)
    {
        if (undecided.ContainsKey(invariant)) return;
        var finding = new Finding(invariant, id, row, what);
        first.TryAdd(invariant, finding);
        if (!decided.Contains(finding.HoldId)) undecided.Add(invariant, finding);
    }
}
