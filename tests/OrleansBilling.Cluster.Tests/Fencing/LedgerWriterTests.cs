using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Fencing;

/// <summary>What waits while a transaction is written shares the next one.</summary>
public sealed class LedgerWriterTests
{
    [Fact]
    public async Task A_thousand_commits_at_once_take_at_most_ten_transactions()
    {
        await using var ledger = await TestDatabase.New();
        var counted = new FaultyLedger();
        var store = counted.Around(ledger.Open());
        await using var writer = Writer(store);
        var balances = Enumerable.Range(0, 1000).Select(i => StoredBalance.None(LooseLedger.Tenant($"t{i}"))).ToArray();
        foreach (var operation in new[] { "first", "second" }) // rows that are new, and rows that are known
        {
            var before = counted.Commits;
            var commits = balances.Select(balance => LooseLedger.Decide(balance, step => step.TopUp(operation, Currency.Usd, Amount.Parse("1"), "x"))).ToArray();
            Assert.All(await Task.WhenAll(commits.Select(commit => writer.Commit(commit))), result => Assert.Equal(CommitResult.Committed, result));
            Assert.InRange(counted.Commits - before, 1, 10);
            balances = [.. commits.Select(commit => commit.After)];
        }
        Assert.Equal(2000, ledger.Query("SELECT count(*) FROM ledger_entry", row => row.GetInt32(0))[0]);
    }

    [Fact]
    public async Task Charges_that_nobody_waits_for_share_one_transaction_and_go_at_once_when_somebody_does()
    {
        await using var ledger = await TestDatabase.New();
        var counted = new FaultyLedger();
        // As good as for ever: only somebody who waits ends it.
        await using var writer = Writer(counted.Around(ledger.Open()), TimeSpan.FromHours(1));
        var patient = Enumerable.Range(0, 10).Select(i => writer.Commit(FirstMoney($"patient{i}"), canWait: true)).ToArray();
        await Task.Delay(TimeSpan.FromMilliseconds(100));
        Assert.DoesNotContain(patient, commit => commit.IsCompleted);

        Assert.Equal(CommitResult.Committed, await writer.Commit(FirstMoney("urgent")).WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.All(await Task.WhenAll(patient), result => Assert.Equal(CommitResult.Committed, result));
        Assert.Equal(1, counted.Commits);

        var another = writer.Commit(FirstMoney("another"), canWait: true);
        await Task.Delay(TimeSpan.FromMilliseconds(100));
        Assert.False(another.IsCompleted);
        writer.Hurry();
        Assert.Equal(CommitResult.Committed, await another.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_transaction_that_is_held_up_holds_up_no_other_balance()
    {
        await using var ledger = await TestDatabase.New();
        var faulty = new FaultyLedger();
        await using var writer = Writer(faulty.Around(ledger.Open()));
        var held = faulty.HoldNext();
        var first = writer.Commit(FirstMoney("held"));
        await held.Arrived;
        var other = writer.Commit(FirstMoney("other"));
        await Task.WhenAny(other, Task.Delay(TimeSpan.FromSeconds(30)));
        var (told, waits) = (other.IsCompleted, !first.IsCompleted);
        held.Release();
        Assert.Equal((true, true), (told, waits));
        Assert.Equal(CommitResult.Committed, await other);
        Assert.Equal(CommitResult.Committed, await first);
    }

    private static BalanceCommit FirstMoney(string tenant) =>
        LooseLedger.Decide(StoredBalance.None(LooseLedger.Tenant(tenant)), step => step.TopUp("first", Currency.Usd, Amount.Parse("1"), "x"));

    private static LedgerWriter Writer(ILedgerStore store, TimeSpan chargesWait = default) =>
        new(store, Options.Create(new BillingOptions { ChargesWait = chargesWait }), NullLogger<LedgerWriter>.Instance);
}
