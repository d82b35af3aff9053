namespace OrleansBilling.Cluster.Tests.Verification;

/// <summary>Sums, lots and meters that were edited by hand.</summary>
public sealed class TamperingWithSumsTests : Tampering
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
    [InlineData("M6", "VM b", "UPDATE price_version SET from_ms = from_ms + 600000 WHERE operation = 'dearer'")]
    public Task F21_one_hand_edit_violates_one_invariant_and_is_named(string invariant, string row, params string[] edits) => Violates(invariant, row, edits);
}
