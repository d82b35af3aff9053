using Npgsql;
using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Fencing;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Postgres.Tests.Postgres;

/// <summary>What is written once is held twice: the application has no right to change it, and the triggers hold the owner too (M10).</summary>
public sealed class RightsTests
{
    private static readonly string[] Changes =
    [
        "UPDATE ledger_entry SET description = 'x'", "DELETE FROM ledger_entry", "TRUNCATE ledger_entry",
        "UPDATE price_version SET micros_per_hour = 1", "DELETE FROM price_version", "TRUNCATE price_version",
        "UPDATE exchange_rate SET picos = 1", "DELETE FROM exchange_rate", "TRUNCATE exchange_rate",
    ];

    private static readonly string[] OnlyTheOwners =
    [
        "UPDATE notice SET kind = 'x'", "DELETE FROM notice", "DELETE FROM balance", "DELETE FROM credit_lot", "DELETE FROM metered_vm", "DELETE FROM vm_order",
        "DELETE FROM balance_hold", "DELETE FROM region_hold", "DELETE FROM region_rules", "UPDATE applied_file SET name = 'x'",
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL", "DROP TRIGGER ledger_entry_is_never_changed ON ledger_entry", "DROP FUNCTION never_changed() CASCADE",
        "SET session_replication_role = replica", "CREATE OR REPLACE FUNCTION never_changed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ];

    [Fact]
    public async Task M10_neither_the_application_nor_the_owner_changes_what_is_written_once()
    {
        await using var ledger = await TestDatabase.New();
        var store = ledger.Open(); // with the application's rights
        await store.Commit([LooseLedger.Decide(StoredBalance.None(LooseLedger.Tenant("t1")), step => step.TopUp("op", Currency.Usd, Amount.Parse("1"), "x"))]);
        await store.AddPrice("vn", new AddPrice("op", "1xH100", HourlyPrice.Parse("2"), LooseLedger.Now));

        foreach (var change in Changes)
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, Assert.Throws<PostgresException>(() => ledger.RunAsApplication(change)).SqlState);
            var held = Assert.Throws<PostgresException>(() => ledger.Run(change));
            Assert.Equal(PostgresErrorCodes.RaiseException, held.SqlState);
            Assert.Contains("is never updated or deleted (M10)", held.MessageText, StringComparison.Ordinal);
        }
        foreach (var change in OnlyTheOwners)
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, Assert.Throws<PostgresException>(() => ledger.RunAsApplication(change)).SqlState);
        Assert.Equal((1, 1), ledger.Query("SELECT (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM price_version)", row => (row.GetInt32(0), row.GetInt32(1)))[0]);
    }
}
