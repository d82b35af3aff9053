using Microsoft.Extensions.Logging.Abstractions;
using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Money;
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
        await using var writer = new LedgerWriter(store, NullLogger<LedgerWriter>.Instance);
        var balances = Enumerable.Range(0, 1000).Select(i => StoredBalance.None(LooseLedger.Tenant($"t{i}"))).ToArray();
        foreach (var operation in new[] { "first", "second" }) // rows that are new, and rows that are known
        {
            var before = counted.Commits;
            var commits = balances.Select(balance => LooseLedger.Decide(balance, step => step.TopUp(operation, Currency.Usd, Amount.Parse("1"), "x"))).ToArray();
            Assert.All(await Task.WhenAll(commits.Select(writer.Commit)), result => Assert.Equal(CommitResult.Committed, result));
            Assert.InRange(counted.Commits - before, 1, 10);
            balances = [.. commits.Select(commit => commit.After)];
        }
        Assert.Equal(2000, ledger.Query("SELECT count(*) FROM ledger_entry", row => row.GetInt32(0))[0]);
    }
}
