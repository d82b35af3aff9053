using System.Globalization;
using System.Text.RegularExpressions;
using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Verification;

namespace OrleansBilling.Cluster.Tests.Verification;

/// <summary>
/// Who has the database and the owner's rights, and forges the hashes too, breaks exactly the invariant that speaks of what was changed.
/// </summary>
public sealed class TamperingTests
{
    [Theory]
    [InlineData("M1", "the top-up part", "UPDATE balance SET top_up_micros = top_up_micros + 1")]
    [InlineData("M1", "lot lot-spring", "UPDATE credit_lot SET remaining_micros = 1 WHERE id = 'lot-spring'")]
    [InlineData("M1", "entry {last}", "UPDATE ledger_entry SET balance_after_micros = balance_after_micros + 1 WHERE number = {last}")]
    [InlineData("M2", "entry {topUp}",
        "UPDATE ledger_entry SET lines = '[{\"lot\":\"topUp\",\"kind\":3,\"micros\":20000001}]' WHERE number = {topUp}",
        "UPDATE balance SET top_up_micros = top_up_micros + 1")]
    [InlineData("M3", "entry {spring}", "UPDATE credit_lot SET granted_micros = 1 WHERE id = 'lot-spring'")]
    [InlineData("M4", "entry {chargeOfA}", "UPDATE ledger_entry SET from_ms = from_ms + 1 WHERE number = {chargeOfA}")]
    [InlineData("M4", "VM a", "UPDATE metered_vm SET posted_sequence = posted_sequence + 1 WHERE id = 'a'")]
    [InlineData("M5", "entry {used}", "UPDATE ledger_entry SET fingerprint = fingerprint || '0' WHERE number = {used}")]
    [InlineData("M5", "entry {refunded}", "UPDATE ledger_entry SET fingerprint = fingerprint || '0' WHERE number = {refunded}")]
    [InlineData("M5", "entry {revoked}", "UPDATE ledger_entry SET fingerprint = fingerprint || '0' WHERE number = {revoked}")]
    [InlineData("M5", "entry {adjusted}", "UPDATE ledger_entry SET fingerprint = fingerprint || '0' WHERE number = {adjusted}")]
    [InlineData("M5", "entry {madeUp}", "UPDATE ledger_entry SET fingerprint = replace(fingerprint, '0.05', '0.06') WHERE number = {madeUp}")]
    [InlineData("M5", "entry {tooMuch}", "UPDATE ledger_entry SET fingerprint = fingerprint || '0' WHERE number = {tooMuch}")]
    [InlineData("M8", "entry {madeUp}", "UPDATE credit_lot SET expires_ms = (SELECT at_ms FROM ledger_entry WHERE number = {madeUp}) WHERE id = 'lot-made-up'")]
    [InlineData("M5", "entry {chargeOfA}", "UPDATE ledger_entry SET operation = 'vm/a/99' WHERE number = {chargeOfA}")]
    [InlineData("M6", "VM b", "UPDATE price_version SET from_ms = from_ms + 600000 WHERE operation = 'dearer'")]
    [InlineData("M7", "entry {used}",
        "UPDATE ledger_entry SET lines = '[{\"lot\":\"topUp\",\"kind\":3,\"micros\":-300000}]' WHERE number = {used}",
        "UPDATE ledger_entry SET lines = '[{\"lot\":\"lot-plan\",\"kind\":1,\"micros\":-500000},{\"lot\":\"lot-spring\",\"kind\":2,\"micros\":-435000},{\"lot\":\"topUp\",\"kind\":3,\"micros\":300000}]' WHERE number = {firstOfA}")]
    [InlineData("M8", "entry {used}", "UPDATE credit_lot SET expires_ms = (SELECT at_ms FROM ledger_entry WHERE number = {used}) WHERE id = 'lot-spring'")]
    [InlineData("M8", "entry {expiry}", "UPDATE credit_lot SET expires_ms = expires_ms + 1 WHERE id = 'lot-books'")]
    [InlineData("M8", "entry {later}", "UPDATE credit_lot SET effective_ms = effective_ms + 1 WHERE id = 'lot-later'")]
    [InlineData("M8", "entry {revoked}", "UPDATE credit_lot SET state = 'Spent' WHERE id = 'lot-mistake'")]
    [InlineData("M10", "entry {used}", "UPDATE ledger_entry SET hash = " + TestDatabase.NoHash + " WHERE number = {used}")]
    [InlineData("M10", "entry {last}", TestDatabase.AnotherHead)]
    [InlineData("M11", "entry {topUp}", "UPDATE ledger_entry SET fingerprint = replace(fingerprint, 'USD', 'JPY') WHERE number = {topUp}")]
    public async Task F21_one_hand_edit_violates_one_invariant_and_is_named(string invariant, string row, params string[] edits)
    {
        await using var cluster = await BusyStory.Play(setup => setup.OnDisk = true);
        foreach (var edit in edits) cluster.Database.Force(await Named(cluster, edit));
        if (invariant != "M10") await Forge(cluster);

        var found = (await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found;
        var expected = await Named(cluster, row);
        Assert.True(found is [var only] && (only.Invariant, only.Row) == (invariant, expected), $"Expected {invariant} {expected}, found:\n{string.Join('\n', found)}");

        var report = new VerificationReport();
        report.Add(new BalanceResult(found, 1, 1, 0));
        Assert.Equal($"{invariant,-4}VIOLATED  {cluster.Tenant} {found[0].Row}: {found[0].What}", Assert.Single(report.Rows(), line => line.Contains("VIOLATED", StringComparison.Ordinal)));
        Assert.True(BalanceId.IsId(found[0].HoldId), found[0].HoldId);
    }

    [Theory]
    [InlineData("VM c", "status\":2", "status\":9")] // never Running
    [InlineData("VM c", "\"revision\":2", "\"revision\":1")]
    [InlineData("VM a", "status\":9", "status\":4")] // Stopped and not in Error
    public async Task F21_M4_a_status_history_that_was_changed_is_found(string row, string old, string changed)
    {
        await using var cluster = await BusyStory.Play(setup => setup.OnDisk = true);
        var key = $"{cluster.Tenant}/{row[^1]}";
        Assert.Equal(1, cluster.Database.ForceState(key, old, changed));
        var found = Assert.Single((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);
        Assert.Equal("M4", found.Invariant);
        Assert.StartsWith(row, found.Row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task F21_M10_a_row_that_says_nothing_any_more_is_a_violation_and_no_failure()
    {
        await using var cluster = await BusyStory.Play();
        cluster.Database.Force("UPDATE ledger_entry SET lines = '[' WHERE number = 3");
        Assert.Equal("M10", Assert.Single((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found).Invariant);
    }

    [Fact]
    public async Task F21_another_balance_is_not_blamed()
    {
        await using var cluster = await BusyStory.Play();
        var (first, second) = (cluster.Tenant, new BalanceId("vn", "t2"));
        cluster.Tenant = second;
        await cluster.TopUp("1");
        cluster.Database.Force("UPDATE balance SET top_up_micros = 7 WHERE balance = 'vn/t2'");
        var verification = cluster.Service<LedgerVerification>();
        Assert.Equal([first, second], await verification.Balances("vn").ToListAsync());
        Assert.Equal([second], await verification.Balances(tenant: "t2").ToListAsync());
        Assert.Empty(await verification.Balances("jp").ToListAsync());
        Assert.Empty((await verification.Verify(first)).Found);
        Assert.Equal(second, Assert.Single((await verification.Verify(second)).Found).Balance);
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
