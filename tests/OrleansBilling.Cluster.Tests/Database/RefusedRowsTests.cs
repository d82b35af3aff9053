using System.Data.Common;

namespace OrleansBilling.Cluster.Tests.Database;

/// <summary>What the table of entries refuses on SQLite, whoever writes.</summary>
public sealed class RefusedRowsTests
{
    [Theory]
    [InlineData("Adjustment", 0, false)]
    [InlineData("Adjustment", 1, true)]
    [InlineData("Adjustment", -1, true)]
    [InlineData("Refund", 1, false)]
    [InlineData("Gift", 1, false)]
    public async Task M1_an_entry_has_a_known_kind_and_the_sign_of_its_kind(string kind, int change, bool taken)
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.TopUp("1");
        int Insert() => cluster.Database.Run(
            $"""
             INSERT INTO ledger_entry (balance, number, operation, fingerprint, kind, at_ms, recorded_at_ms, change_micros, lines, balance_after_micros, description, hash, version)
             SELECT balance, 2, 'other', fingerprint, '{kind}', at_ms, recorded_at_ms, {change}, lines, balance_after_micros, description, hash, version FROM ledger_entry
             """);
        if (taken) Assert.Equal(1, Insert());
        else Assert.Contains("CHECK", Assert.ThrowsAny<DbException>(() => Insert()).Message, StringComparison.Ordinal);
    }
}
