using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Telemetry;

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
    public async Task C5_many_balances_that_catch_up_at_once_share_transactions_only_up_to_the_most_entries()
    {
        await using var ledger = await TestDatabase.New();
        var counted = new FaultyLedger();
        await using var writer = Writer(counted.Around(ledger.Open()), mostEntries: 2);
        var commits = Enumerable.Range(0, 10).Select(i => writer.Commit(FirstMoney($"t{i}"))).ToArray();
        Assert.All(await Task.WhenAll(commits), result => Assert.Equal(CommitResult.Committed, result));
        Assert.InRange(counted.Commits, 5, 10);
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
    public async Task A_transaction_belongs_to_the_trace_of_its_first_commit_and_has_links_to_those_of_the_others()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == BillingMetrics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var ledger = await TestDatabase.New();
        await using var writer = Writer(ledger.Open(), TimeSpan.FromHours(1));
        var origins = Enumerable.Range(0, 3).Select(_ => new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded)).ToArray();
        var commits = origins.Select((origin, i) => writer.Commit(FirstMoney($"t{i}"), canWait: true, origin)).Append(writer.Commit(FirstMoney("untraced"), canWait: true)).ToArray();
        writer.Hurry();
        await Task.WhenAll(commits);

        await Eventually.Holds(() => ended.Any(activity => activity.TraceId == origins[0].TraceId), "the transaction is in the trace of the first");
        var transaction = ended.Single(activity => activity.TraceId == origins[0].TraceId);
        Assert.Equal(("ledger.commit", origins[0].SpanId), (transaction.OperationName, transaction.ParentSpanId));
        Assert.Equal(origins[1..], transaction.Links.Select(link => link.Context));
        Assert.DoesNotContain(ended, activity => activity.TraceId == origins[1].TraceId || activity.TraceId == origins[2].TraceId);
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

    private static LedgerWriter Writer(ILedgerStore store, TimeSpan chargesWait = default, int? mostEntries = null) =>
        new(store, Options.Create(new BillingOptions { ChargesWait = chargesWait, MostEntriesAtOnce = mostEntries ?? new BillingOptions().MostEntriesAtOnce }), NullLogger<LedgerWriter>.Instance);
}
