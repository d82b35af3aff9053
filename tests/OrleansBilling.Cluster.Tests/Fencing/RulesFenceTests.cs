using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Fencing;

/// <summary>A price or a hold counts from the moment at which it is durable: what was decided before it is decided again.</summary>
public sealed class RulesFenceTests
{
    [Fact]
    public async Task A_commit_decided_by_rules_that_have_ended_is_told_so_also_while_they_change()
    {
        await using var ledger = await TestDatabase.New();
        await Race(ledger);
    }

    [Fact]
    public async Task Prices_and_holds_entered_at_once_and_again_are_each_entered_once()
    {
        await using var ledger = await TestDatabase.New();
        var stores = new[] { ledger.Open(), ledger.Open() };
        var replies = await Task.WhenAll(stores.SelectMany(store => Enumerable.Range(1, 5).Select(i => store.AddPrice("vn", Price(i)))));
        Assert.All(replies, reply => Assert.Equal(PriceResult.Entered, reply.Result));
        Assert.Equal(Enumerable.Range(1, 5), replies.Select(reply => reply.Version).Distinct().Order());
        await Task.WhenAll(stores.SelectMany(store => Enumerable.Range(1, 5).Select(i => store.AddHold("vn", Hold(i)))));
        var ended = await Task.WhenAll(stores.SelectMany(store => Enumerable.Range(1, 5).Select(i => store.EndHold("vn", $"{i}", LooseLedger.Now))));
        Assert.Equal(5, ended.Count(once => once));
        Assert.Equal(15, (await stores[0].Rules("vn")).Revision);
    }

    /// <summary>Balances are written by each revision of the rules, from two stores, while another one begins.</summary>
    internal static async Task Race(TestDatabase ledger)
    {
        var (prices, stores) = (ledger.Open(), new[] { ledger.Open(), ledger.Open() });
        for (var revision = 0; revision < 20; revision++)
        {
            var change = Task.Run(() => revision % 2 == 0 ? prices.AddPrice("vn", Price(revision + 1)) : prices.AddHold("vn", Hold(revision + 1)));
            var commits = stores.SelectMany((store, silo) => Enumerable.Range(0, 6).Select(i => Task.Run(() => store.Commit([Paid($"t{silo}-{i}-{revision}", revision)])))).ToList();
            foreach (var result in await Task.WhenAll(commits)) Assert.True(result is [CommitResult.Committed] or [CommitResult.RulesChanged], $"{result[0]}");
            await change;
            foreach (var store in stores)
                Assert.Equal([CommitResult.RulesChanged, CommitResult.Committed], await store.Commit([Paid($"late-{revision}", revision), Paid($"{Guid.NewGuid():N}", revision + 1)]));
        }
        Assert.Equal(20, (await prices.Rules("vn")).Revision);
    }

    private static BalanceCommit Paid(string tenant, long revision) =>
        LooseLedger.Decide(StoredBalance.None(LooseLedger.Tenant(tenant)), step => step.TopUp("op", Currency.Usd, Amount.Parse("1"), "x"), revision);

    private static AddPrice Price(int number) => new($"{number}", "1xH100", HourlyPrice.Parse("2"), LooseLedger.Now.AddMinutes(number));

    private static EnforcementHold Hold(int number) => new($"{number}", HeldActions.Deletion, "test", "me", LooseLedger.Now, LooseLedger.Now.AddHours(1));
}
