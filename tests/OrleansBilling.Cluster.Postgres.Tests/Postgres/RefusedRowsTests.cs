using Npgsql;
using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Fencing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Postgres.Tests.Postgres;

/// <summary>What the table of entries refuses, whoever writes.</summary>
public sealed class RefusedRowsTests : IAsyncLifetime
{
    private static readonly string[] Texts = ["x", "x\0", "y"];

    private TestDatabase ledger = null!;
    private int number;

    public async Task InitializeAsync() => ledger = await TestDatabase.New();

    public async Task DisposeAsync() => await ledger.DisposeAsync();

    [Fact]
    public void M1_an_entry_has_the_sign_of_its_kind()
    {
        foreach (var (kind, change) in new[] { ("Credit", 0), ("Credit", -1), ("Charge", 1), ("Correction", 0), ("Correction", -1), ("Expiry", 0), ("Expiry", 1), ("Refund", 0), ("Refund", 1), ("Adjustment", 0) })
            Assert.Equal("ledger_entry_sign", Refused(kind, change, $"'{kind}{change}', NULL, NULL"));
        foreach (var (kind, change) in new[] { ("Credit", 1), ("Charge", 0), ("Charge", -1), ("Correction", 1), ("Expiry", -1), ("Refund", -1), ("Adjustment", 1), ("Adjustment", -1) })
            Insert(kind, change, $"'{kind}{change}', NULL, NULL");
    }

    [Fact]
    public void M5_an_operation_and_a_charge_of_a_VM_are_entered_once()
    {
        Insert("Credit", 1, "'op', NULL, NULL");
        Assert.Equal("ledger_entry_operation", Refused("Credit", 1, "'op', NULL, NULL"));
        Insert("Charge", -1, "NULL, 1, 1");
        Insert("Charge", -1, "NULL, 1, 2");
        Insert("Charge", -1, "NULL, 2, 1");
        Assert.Equal("ledger_entry_charge", Refused("Charge", -1, "NULL, 1, 1"));
        number -= 2; // that of the last one
        Assert.Equal("ledger_entry_pkey", Refused("Credit", 1, "'other', NULL, NULL"));
    }

    [Fact]
    public void M5_an_entry_has_either_an_operation_or_the_charge_of_a_VM()
    {
        foreach (var of in new[] { "NULL, NULL, NULL", "'op', 1, 1", "NULL, 1, NULL", "NULL, NULL, 1" })
            Assert.Equal("ledger_entry_operation", Refused("Charge", -1, of));
    }

    [Fact]
    public async Task What_no_index_can_hold_is_refused_alone_too()
    {
        var store = ledger.Open();
        BalanceCommit Paid(string tenant, string operation) =>
            LooseLedger.Decide(StoredBalance.None(LooseLedger.Tenant(tenant)), step => step.TopUp(operation, Currency.Usd, Amount.Parse("1"), "x"));
        var random = new Random(1); // what repeats would be compressed
        var tooLong = string.Concat(Enumerable.Range(0, 20_000).Select(_ => (char)random.Next('!', '~')));
        Assert.Equal([CommitResult.Committed, CommitResult.Refused, CommitResult.Committed], await store.Commit([Paid("t1", "a"), Paid("t2", tooLong), Paid("t3", "a")]));
    }

    [Fact]
    public async Task A_positive_charge_is_refused_through_the_store_too()
    {
        var store = ledger.Open();
        var sound = LooseLedger.Decide(StoredBalance.None(LooseLedger.Tenant("t1")), step => step.TopUp("op", Currency.Usd, Amount.Parse("1"), "x"));
        var gift = sound with { Entries = [(sound.Entries[0].Entry with { Kind = EntryKind.Charge }, sound.Entries[0].Hash)] };
        Assert.Equal([CommitResult.Refused], await store.Commit([gift]));
        Assert.Equal([CommitResult.Committed], await store.Commit([sound]));
    }

    [Fact]
    public async Task A_text_that_PostgreSQL_cannot_hold_is_refused_alone()
    {
        var store = ledger.Open();
        var commits = Texts.Select((text, i) =>
            LooseLedger.Decide(StoredBalance.None(LooseLedger.Tenant($"t{i}")), step => step.TopUp("op", Currency.Usd, Amount.Parse("1"), text))).ToList();
        Assert.Equal([CommitResult.Committed, CommitResult.Refused, CommitResult.Committed], await store.Commit(commits));
    }

    private string? Refused(string kind, long change, string of) => Assert.Throws<PostgresException>(() => Insert(kind, change, of)).ConstraintName;

    private void Insert(string kind, long change, string of) => ledger.Run(
        $"""
         INSERT INTO ledger_entry (balance_number, number, version, at_ms, recorded_at_ms, change_micros, balance_after_micros, kind, hash, description, operation, vm_ordinal, vm_sequence)
         VALUES (1, {++number}, 1, 0, 0, {change}, 0, '{kind}', '', '', {of})
         """);
}
