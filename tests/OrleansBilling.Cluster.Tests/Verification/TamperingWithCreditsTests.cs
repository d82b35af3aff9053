namespace OrleansBilling.Cluster.Tests.Verification;

/// <summary>What paid, and the lots that could, edited by hand.</summary>
public sealed class TamperingWithCreditsTests : Tampering
{
    [Theory]
    [InlineData("M8", "entry {madeUp}", "UPDATE credit_lot SET expires_ms = (SELECT at_ms FROM ledger_entry WHERE number = {madeUp}) WHERE id = 'lot-made-up'")]
    [InlineData("M7", "entry {used}",
        "UPDATE ledger_entry SET lines = '[{\"lot\":\"topUp\",\"kind\":3,\"micros\":-300000}]' WHERE number = {used}",
        "UPDATE credit_lot SET remaining_micros = remaining_micros + 300000 WHERE id = 'lot-spring'",
        "UPDATE balance SET top_up_micros = top_up_micros - 300000")]
    [InlineData("M8", "entry {used}", "UPDATE credit_lot SET expires_ms = (SELECT at_ms FROM ledger_entry WHERE number = {used}) WHERE id = 'lot-spring'")]
    [InlineData("M8", "entry {expiry}", "UPDATE credit_lot SET expires_ms = expires_ms + 1 WHERE id = 'lot-books'")]
    [InlineData("M8", "entry {later}", "UPDATE credit_lot SET effective_ms = effective_ms + 1 WHERE id = 'lot-later'")]
    [InlineData("M8", "entry {revoked}", "UPDATE credit_lot SET state = 'Spent' WHERE id = 'lot-mistake'")]
    public Task F21_one_hand_edit_violates_one_invariant_and_is_named(string invariant, string row, params string[] edits) => Violates(invariant, row, edits);
}
