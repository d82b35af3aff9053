using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Fencing;

/// <summary>Of two writers that started from one version at most one can commit, and nothing of the other is stored (C1).</summary>
public sealed class VersionFenceTests : IAsyncLifetime
{
    private static readonly string[] Tables = ["balance", "credit_lot", "metered_vm", "vm_order", "balance_hold", "ledger_entry", "notice"];

    private TestDatabase ledger = null!;

    public async Task InitializeAsync() => ledger = await TestDatabase.New();

    public async Task DisposeAsync() => await ledger.DisposeAsync();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task C1_of_two_commits_from_one_version_one_is_written_and_nothing_of_the_other(bool known, bool inOneTransaction)
    {
        var (one, two, id) = (ledger.Open(), ledger.Open(), LooseLedger.Tenant("t1"));
        if (known) await one.Commit([LooseLedger.Decide(await one.Load(id), step => step.TopUp("before", Currency.Usd, Amount.Parse("9"), "x"))]);
        var winner = LooseLedger.Decide(await one.Load(id), step => step.TopUp("winner", Currency.Usd, Amount.Parse("5"), "x"));
        var loser = LooseLedger.Decide(await two.Load(id), Everything);

        var results = inOneTransaction ? await one.Commit([winner, loser]) : [.. await one.Commit([winner]), .. await two.Commit([loser])];
        Assert.Equal([CommitResult.Committed, CommitResult.VersionConflict], results);

        var stored = await two.Load(id);
        Assert.Equal((winner.After.Version, winner.After.Balance.Total, winner.After.Balance.EntryCount), (stored.Version, stored.Balance.Total, stored.Balance.EntryCount));
        Assert.Equal(winner.After.EntryHash, stored.EntryHash);
        Assert.Equal((0, 0, 0, 0), (stored.Balance.Lots.Count, stored.Balance.Vms.Count, stored.Balance.Orders.Count, stored.Balance.Holds.Length));
        Assert.Equal(known ? ["before", "winner"] : ["winner"], (await two.EntriesSince(id, 0, long.MaxValue)).Select(entry => entry.Operation));
        Assert.Equal([1, 0, 0, 0, 0, known ? 2 : 1, known ? 2 : 1], Tables.Select(Rows));
    }

    [Fact]
    public async Task C1_of_twenty_writers_that_race_from_one_version_one_wins()
    {
        var id = LooseLedger.Tenant("t1");
        for (var round = 0; round < 5; round++)
        {
            var read = await ledger.Open().Load(id);
            var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
                (await ledger.Open().Commit([LooseLedger.Decide(read, step => step.TopUp($"op-{round}-{i}", Currency.Usd, Amount.Parse("1"), "x"))]))[0]));
            Assert.Single(results, CommitResult.Committed);
            Assert.Equal(19, results.Count(result => result == CommitResult.VersionConflict));
        }
        Assert.Equal((5, 5), ((await ledger.Open().Load(id)).Balance.EntryCount, Rows("ledger_entry")));
    }

    [Fact]
    public async Task F22_C1_a_commit_from_a_version_that_the_ledger_has_not_reached_is_refused()
    {
        var (store, id) = (ledger.Open(), LooseLedger.Tenant("t1"));
        var first = LooseLedger.Decide(await store.Load(id), step => step.TopUp("one", Currency.Usd, Amount.Parse("1"), "x"));
        var ahead = LooseLedger.Decide(first.After, step => step.TopUp("two", Currency.Usd, Amount.Parse("1"), "x"));
        Assert.Equal([CommitResult.VersionConflict], await store.Commit([ahead]));
        Assert.Equal([CommitResult.Committed], await store.Commit([first]));
        Assert.Equal([CommitResult.Committed], await store.Commit([ahead]));
    }

    [Fact]
    public async Task A_poisoned_commit_fails_alone_and_the_others_of_its_transaction_are_durable()
    {
        var store = ledger.Open();
        var good = Enumerable.Range(0, 3).Select(i => LooseLedger.Decide(StoredBalance.None(LooseLedger.Tenant($"good{i}")), Everything)).ToList();
        var sound = LooseLedger.Decide(StoredBalance.None(LooseLedger.Tenant("bad")), Everything);
        var tooMuch = sound with { Lots = [.. sound.Lots.Select(lot => lot with { Remaining = lot.Granted + new Amount(1) })] }; // M3
        var twice = sound with { Entries = [sound.Entries[0], sound.Entries[0]] }; // M5

        var results = await store.Commit([good[0], tooMuch, good[1], twice, good[2]]);
        Assert.Equal([CommitResult.Committed, CommitResult.Refused, CommitResult.Committed, CommitResult.Refused, CommitResult.Committed], results);
        var later = ledger.Open();
        Assert.Equal(0, (await later.Load(LooseLedger.Tenant("bad"))).Version);
        foreach (var commit in good)
            Assert.Equal((commit.After.Version, commit.After.Balance.Total), ((await later.Load(commit.After.Id)).Version, (await later.Load(commit.After.Id)).Balance.Total));
        Assert.Equal((3, 3), (Rows("ledger_entry") / good[0].Entries.Count, Rows("credit_lot")));
        Assert.Equal([CommitResult.Committed], await later.Commit([sound]));
    }

    [Fact]
    public async Task C1_two_commits_of_one_balance_in_one_transaction_are_told_apart_though_neither_writes_an_entry()
    {
        var (store, id) = (ledger.Open(), LooseLedger.Tenant("t1"));
        await store.Commit([LooseLedger.Decide(await store.Load(id), step => step.TopUp("before", Currency.Usd, Amount.Parse("9"), "x"))]);
        var read = await store.Load(id);
        var (one, two) = (LooseLedger.Decide(read, step => step.Hold(Hold("one"))), LooseLedger.Decide(read, step => step.Hold(Hold("two"))));
        var three = LooseLedger.Decide(one.After, step => step.Hold(Hold("three")));
        Assert.Equal([CommitResult.Committed, CommitResult.VersionConflict, CommitResult.Committed], await store.Commit([one, two, three]));
        var stored = await store.Load(id);
        Assert.Equal((read.Version + 2, "one,three"), (stored.Version, string.Join(',', stored.Balance.Holds.Select(hold => hold.Id).Order(StringComparer.Ordinal))));
    }

    [Fact]
    public async Task A_poisoned_commit_fails_alone_among_a_hundred()
    {
        var store = ledger.Open();
        var commits = Enumerable.Range(0, 101).Select(i => LooseLedger.Decide(StoredBalance.None(LooseLedger.Tenant($"t{i}")), Everything)).ToList();
        commits[37] = commits[37] with { Entries = [commits[37].Entries[0], commits[37].Entries[0]] };
        var results = await store.Commit(commits);
        Assert.Equal(CommitResult.Refused, results[37]);
        Assert.Equal(100, results.Count(result => result == CommitResult.Committed));
        Assert.Equal((100, 100), (Rows("balance"), Rows("credit_lot")));
        Assert.Equal(0, await store.VersionOf(commits[37].After.Id));
    }

    [Fact]
    public async Task C1_two_stores_that_write_overlapping_balances_in_other_orders_each_hear_of_every_commit()
    {
        var (left, right) = (ledger.Open(), ledger.Open());
        var ids = Enumerable.Range(0, 40).Select(i => LooseLedger.Tenant($"t{i}")).ToArray();
        for (var round = 0; round < 10; round++)
        {
            var read = await Task.WhenAll(ids.Select(left.Load));
            BalanceCommit Paid(StoredBalance balance, string by) => LooseLedger.Decide(balance, step => step.TopUp($"{by}-{round}", Currency.Usd, Amount.Parse("1"), "x"));
            var results = await Task.WhenAll(
                left.Commit([.. read[..30].Select(balance => Paid(balance, "left"))]), right.Commit([.. read[10..].Reverse().Select(balance => Paid(balance, "right"))]));
            var (byLeft, byRight) = (results[0], results[1].Reverse().ToArray());
            Assert.All(byLeft[..10].Concat(byRight[20..]), result => Assert.Equal(CommitResult.Committed, result));
            foreach (var (one, other) in byLeft[10..].Zip(byRight[..20]))
                Assert.Equal([CommitResult.Committed, CommitResult.VersionConflict], new[] { one, other }.Order());
        }
        Assert.Equal(400, Rows("ledger_entry"));
        Assert.All(await Task.WhenAll(ids.Select(left.Load)), balance => Assert.Equal((10, Amount.Parse("10")), (balance.Version, balance.Balance.Total)));
    }

    [Fact]
    public async Task M5_the_ledger_itself_refuses_a_second_entry_of_an_operation()
    {
        var (store, id) = (ledger.Open(), LooseLedger.Tenant("t1"));
        await store.Commit([LooseLedger.Decide(await store.Load(id), step => step.TopUp("op", Currency.Usd, Amount.Parse("1"), "x"))]);
        // A writer that did not ask the ledger for the id.
        Assert.Equal([CommitResult.Refused], await store.Commit([LooseLedger.Decide(await store.Load(id), step => step.TopUp("op", Currency.Usd, Amount.Parse("1"), "x"))]));
        Assert.Equal(Amount.Parse("1"), (await store.Load(id)).Balance.Total);
    }

    private static EnforcementHold Hold(string id) => new(id, HeldActions.Stopping, "test", "me", LooseLedger.Now, LooseLedger.Now.AddHours(1));

    private static void Everything(BalanceStep step)
    {
        step.TopUp("loser", Currency.Usd, Amount.Parse("7"), "x");
        step.Grant("grant", "lot", CreditKind.Voucher, Scope.Of([]), Currency.Usd, Amount.Parse("3"), null, null, "x");
        step.Create("create", "vm", "1xH100", new VmTraits("vm"));
        step.Hold(Hold("hold"));
    }

    private int Rows(string table) =>
        ledger.Query($"SELECT count(*) FROM {table}", row => row.GetInt32(0))[0];
}
