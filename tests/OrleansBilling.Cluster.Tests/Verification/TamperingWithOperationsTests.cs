using OrleansBilling.Cluster.Tests.Database;

namespace OrleansBilling.Cluster.Tests.Verification;

/// <summary>Operations, hashes and currencies that were edited by hand.</summary>
public sealed class TamperingWithOperationsTests : Tampering
{
    [Theory]
    [InlineData("M5", "entry {used}", "UPDATE ledger_entry SET fingerprint = fingerprint || '0' WHERE number = {used}")]
    [InlineData("M5", "entry {refunded}", "UPDATE ledger_entry SET fingerprint = fingerprint || '0' WHERE number = {refunded}")]
    [InlineData("M5", "entry {revoked}", "UPDATE ledger_entry SET fingerprint = fingerprint || '0' WHERE number = {revoked}")]
    [InlineData("M5", "entry {adjusted}", "UPDATE ledger_entry SET fingerprint = fingerprint || '0' WHERE number = {adjusted}")]
    [InlineData("M5", "entry {madeUp}", "UPDATE ledger_entry SET fingerprint = replace(fingerprint, '0.05', '0.06') WHERE number = {madeUp}")]
    [InlineData("M5", "entry {tooMuch}", "UPDATE ledger_entry SET fingerprint = fingerprint || '0' WHERE number = {tooMuch}")]
    [InlineData("M5", "entry {chargeOfA}", "UPDATE ledger_entry SET operation = 'vm/a/99' WHERE number = {chargeOfA}")]
    [InlineData("M10", "entry {used}", "UPDATE ledger_entry SET hash = " + TestDatabase.NoHash + " WHERE number = {used}")]
    [InlineData("M10", "entry {last}", TestDatabase.AnotherHead)]
    [InlineData("M11", "entry {topUp}", "UPDATE ledger_entry SET fingerprint = replace(fingerprint, 'USD', 'JPY') WHERE number = {topUp}")]
    public Task F21_one_hand_edit_violates_one_invariant_and_is_named(string invariant, string row, params string[] edits) => Violates(invariant, row, edits);
}
