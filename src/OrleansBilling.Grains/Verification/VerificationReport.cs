using System.Globalization;

namespace OrleansBilling.Grains.Verification;

/// <summary>What came of many balances, a row an invariant.</summary>
public sealed class VerificationReport
{
    private readonly Dictionary<string, (Finding First, int Balances)> violated = [];
    private long entries;
    private int vms;
    private int waiting;
    private int payments;
    private int elsewhere;

    /// <summary>How many balances were verified.</summary>
    public int Balances { get; private set; }

    /// <summary>Whether nothing was found.</summary>
    public bool Verifies => violated.Count == 0;

    public void Add(BalanceResult result)
    {
        Balances++;
        (entries, vms, waiting) = (entries + result.Entries, vms + result.Vms, waiting + result.Waiting);
        (payments, elsewhere) = (payments + result.Payments, elsewhere + result.Elsewhere);
        foreach (var finding in result.Found.DistinctBy(finding => finding.Invariant))
            violated[finding.Invariant] = violated.TryGetValue(finding.Invariant, out var known) ? (known.First, known.Balances + 1) : (finding, 1);
    }

    /// <summary>A row an invariant: held, violated and where first, or not checked.</summary>
    public IEnumerable<string> Rows() => Invariants.All.Select(invariant => $"{invariant,-4}{Text(invariant)}");

    private string Text(string invariant) => invariant switch
    {
        _ when violated.TryGetValue(invariant, out var found) =>
            $"VIOLATED  {found.First}" + (found.Balances == 1 ? "" : $" (and {found.Balances - 1} more balances)"),
        Invariants.Usage => Ok($", {vms:N0} VMs" + (waiting == 0 ? "" : $", {waiting:N0} of them in the middle of a change and not compared with their history")),
        Invariants.Gateway => Ok($", {payments:N0} payments" + (elsewhere == 0 ? "" : $"; {elsewhere:N0} top-ups and refunds are of no payment and not compared")),
        _ => Ok(""),
    };

    private string Ok(string more) => string.Create(CultureInfo.InvariantCulture, $"ok        {Balances:N0} balances, {entries:N0} entries{more}");
}
