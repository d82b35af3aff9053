using System.Globalization;
using System.Text.RegularExpressions;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Verification;

namespace OrleansBilling.Cluster.Tests.Verification;

/// <summary>
/// Who has the database and the owner's rights, and forges the hashes too, breaks exactly the invariant that speaks of what was changed. In several classes, because
/// the tests of one run one after another.
/// </summary>
public abstract class Tampering
{
    /// <summary>Plays the story, edits it, and looks what is found.</summary>
    protected static async Task Violates(string invariant, string row, params string[] edits)
    {
        await using var cluster = await BusyStory.Play(setup => setup.OnDisk = true);
        var expected = await Named(cluster, row);
        // An operator has decided about that row: so what follows from it would be told too. But each payment of a lot outside its life is a row of its own.
        if (invariant != "M8")
        {
            var hold = new Finding(invariant, cluster.Tenant, expected, "").HoldId;
            await cluster.Balance.Hold(new PlaceHold(hold, HeldActions.Deletion, "Found", "verify", cluster.Clock.Now.AddYears(1)));
            await cluster.Balance.Release(hold);
        }
        foreach (var edit in edits) cluster.Database.Force(await Named(cluster, edit));
        if (invariant != "M10") await Forge(cluster);

        var found = (await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found;
        Assert.True(found is [var only] && (only.Invariant, only.Row) == (invariant, expected), $"Expected {invariant} {expected}, found:\n{string.Join('\n', found)}");

        var report = new VerificationReport();
        report.Add(new BalanceResult(found, 1, 1, 0));
        Assert.Equal($"{invariant,-4}VIOLATED  {cluster.Tenant} {found[0].Row}: {found[0].What}", Assert.Single(report.Rows(), line => line.Contains("VIOLATED", StringComparison.Ordinal)));
        Assert.True(BalanceId.IsId(found[0].HoldId), found[0].HoldId);
    }

    /// <summary>Puts the numbers of entries where their names are.</summary>
    private static async Task<string> Named(BillingCluster cluster, string text)
    {
        var entries = await cluster.Entries();
        return Regex.Replace(text, @"\{(\w+)\}", name => (name.Groups[1].Value switch
        {
            "topUp" => entries.Single(entry => entry.Operation == "first"),
            "spring" => entries.Single(entry => entry.Operation == "spring"),
            "later" => entries.Single(entry => entry.Operation == "later"),
            "used" => entries.Single(entry => entry.Operation == "used"),
            "refunded" => entries.Single(entry => entry.Operation == "refunded"),
            "revoked" => entries.Single(entry => entry.Kind == EntryKind.Revocation),
            "adjusted" => entries.Single(entry => entry.Operation == "put-right"),
            "madeUp" => entries.Single(entry => entry.Operation == "made-up"),
            "tooMuch" => entries.Single(entry => entry.Operation == "too-much"),
            "expiry" => entries.Single(entry => entry.Kind == EntryKind.Expiry),
            "firstOfA" => entries.First(entry => entry.Vm?.Id == "a"),
            "chargeOfA" => entries.Last(entry => entry.Vm?.Id == "a"),
            _ => entries[^1],
        }).Number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Computes the chain anew, as if nothing had been changed.</summary>
    private static async Task Forge(BillingCluster cluster)
    {
        var hash = Array.Empty<byte>();
        await using (var snapshot = await cluster.Ledger.Snapshot(cluster.Tenant))
            foreach (var (entry, _) in await snapshot.Entries(0, int.MaxValue))
            {
                hash = EntryHash.Of(hash, cluster.Tenant, entry);
                cluster.Database.ForceHash(cluster.Tenant, entry.Number, hash);
            }
        cluster.Database.ForceHead(cluster.Tenant, hash);
    }
}
