using OrleansBilling.Contracts;

namespace OrleansBilling.Grains.Verification;

/// <summary>What the checks of one balance find: the first offending row of each invariant. What follows from it is not told again.</summary>
internal sealed class Findings(BalanceId balance)
{
    private readonly Dictionary<string, Finding> first = [];

    public IEnumerable<Finding> All => first.Values.OrderBy(finding => Invariants.All.ToList().IndexOf(finding.Invariant));

    public void Add(string invariant, string row, string what) => first.TryAdd(invariant, new Finding(invariant, balance, row, what));
}
