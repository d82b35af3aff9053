using OrleansBilling.Cluster.Tests.Once;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Credits;

namespace OrleansBilling.Cluster.Tests.Statements;

/// <summary>Reading a ledger from its beginning, in pages, and by the kind of credit.</summary>
public sealed class LedgerReadingTests
{
    [Fact]
    public async Task A_ledger_of_more_than_a_page_is_read_oldest_first_without_gap_or_repetition()
    {
        await using var cluster = await BillingCluster.Start();
        await Task.WhenAll(Enumerable.Range(0, 601).Select(_ => cluster.TopUp("1")));
        Assert.Equal(Enumerable.Range(1, 601).Select(number => (long)number), await Numbers(cluster, new LedgerQuery()));
        Assert.Equal(Enumerable.Range(101, 449).Select(number => (long)number), await Numbers(cluster, new LedgerQuery { After = 100, Before = 550 }));
    }

    [Fact]
    public async Task A_page_after_a_number_is_oldest_first_and_says_where_the_next_begins()
    {
        await using var cluster = await BillingCluster.Start();
        foreach (var _ in Enumerable.Range(0, 5)) await cluster.TopUp("1");
        var page = await cluster.Billing.GetLedger(cluster.Tenant, new LedgerQuery { After = 1, Limit = 2 });
        Assert.Equal([2L, 3], page.Entries.Select(entry => entry.Number));
        Assert.Equal((3L, null), (page.After, page.Before));
        Assert.Null((await cluster.Billing.GetLedger(cluster.Tenant, new LedgerQuery { After = 3, Limit = 2 })).After);
    }

    [Fact]
    public async Task P2_7_entries_are_found_by_each_kind_of_credit_that_they_changed()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.TopUp("9");
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("voucher", "0.2"));
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("plan", "0.1") with { Kind = CreditKind.BillingPlan });
        await Commanded.Send(cluster, "charge", "used", "1"); // from all three
        await Commanded.Send(cluster, "charge", "again", "1"); // from what was paid in
        Assert.Equal([3L, 4], await Numbers(cluster, new LedgerQuery { Source = CreditKind.BillingPlan }));
        Assert.Equal([2L, 4], await Numbers(cluster, new LedgerQuery { Source = CreditKind.Voucher }));
        Assert.Equal([1L, 4, 5], await Numbers(cluster, new LedgerQuery { Source = CreditKind.TopUp }));
    }

    private static async Task<List<long>> Numbers(BillingCluster cluster, LedgerQuery query)
    {
        var numbers = new List<long>();
        await foreach (var entry in cluster.Billing.ReadLedger(cluster.Tenant, query)) numbers.Add(entry.Number);
        return numbers;
    }
}
