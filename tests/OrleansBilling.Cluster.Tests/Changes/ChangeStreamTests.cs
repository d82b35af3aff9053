using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Cluster.Tests.Changes;

/// <summary>A stream of changes that is cut off and resumed from a change number shows everything once.</summary>
public sealed class ChangeStreamTests
{
    [Fact]
    public async Task A_stream_that_is_cut_off_again_and_again_while_entries_are_posted_shows_each_of_them_once()
    {
        await using var cluster = await BillingCluster.Start();
        const int Count = 400;
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i += 4)
            {
                await Task.WhenAll(Enumerable.Range(i, 4).Select(j => cluster.TopUp("1", $"op-{j}")));
                if (i % 100 == 48) await cluster.Cluster.DeactivateAsync(cluster.Balance);
            }
        });
        var (entries, notices, after) = (new List<long>(), new List<long>(), 0L);
        while (entries.Count < Count)
        {
            if (writing.IsFaulted) await writing;
            after = await Read(cluster, after, answers: 3, Count, entries, notices);
            Assert.True(entries.Count <= Count, "More was shown than was posted.");
        }
        await writing;
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), entries);
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), notices);
        Assert.Equal((await cluster.Billing.GetBalance(cluster.Tenant)).Change, after);
    }

    [Fact]
    public async Task A_stream_from_the_beginning_shows_everything_there_is_also_when_it_is_much()
    {
        await using var cluster = await BillingCluster.Start();
        for (var i = 0; i < 250; i++) await cluster.TopUp("1"); // one by one: a version each
        var (entries, notices, after) = (new List<long>(), new List<long>(), 0L);
        while (after < 250) after = await Read(cluster, after, answers: 1, 250, entries, notices);
        Assert.Equal(Enumerable.Range(1, 250).Select(i => (long)i), entries);
        Assert.Equal(Enumerable.Range(1, 250).Select(i => (long)i), notices);
    }

    [Fact]
    public async Task What_is_posted_while_an_answer_is_being_read_belongs_to_the_next_one()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        await cluster.TopUp("1");
        ledger.BeforeEntriesSince = async () =>
        {
            // Another activation, as the grain of this one is reading.
            var read = await cluster.Ledger.Load(cluster.Tenant);
            var rules = await cluster.Service<RegionRules>().Of("vn");
            var step = BalanceStep.Begin(read.Balance, rules, cluster.Clock.Now);
            step.TopUp("meanwhile", Currency.Usd, Amount.Parse("1"), "x");
            await cluster.Ledger.Commit([BalanceCommit.Of(read, read.Email, step.Decide(), rules)!]);
        };
        var (entries, notices) = (new List<long>(), new List<long>());
        var after = await Read(cluster, 0, answers: 1, 1, entries, notices);
        await cluster.Cluster.DeactivateAsync(cluster.Balance);
        Assert.Equal((1, 2), (after, await Read(cluster, after, answers: 1, 2, entries, notices)));
        Assert.Equal([1, 2], entries);
        Assert.Equal([1, 2], notices);
    }

    [Fact]
    public async Task A_stream_shows_what_became_of_a_vm_over_the_loss_of_activations()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        var seen = new List<VmStatus>();
        var after = 0L;
        foreach (var request in new[] { VmRequest.PowerOff, VmRequest.PowerOn, VmRequest.Delete })
        {
            await Show();
            await cluster.Ask("a", request);
            await cluster.Cluster.DeactivateAsync(cluster.Balance);
        }
        await Show();
        Assert.Equal([VmStatus.Running, VmStatus.Stopped, VmStatus.Running, VmStatus.Deleted], seen);

        async Task Show()
        {
            await foreach (var changes in cluster.Billing.WatchChanges(cluster.Tenant, after))
            {
                after = changes.Change;
                seen.AddRange(changes.Vms.Select(vm => vm.Status));
                return;
            }
        }
    }

    [Fact]
    public async Task A_stream_shows_a_vm_that_was_charged_and_no_other()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await cluster.Create("b");
        var before = (await cluster.Billing.GetBalance(cluster.Tenant)).Change;
        await cluster.AdvanceTo(Ladder.At("10:16:00"));
        await foreach (var changes in cluster.Billing.WatchChanges(cluster.Tenant, before))
        {
            Assert.Equal(["a"], changes.Entries.Select(entry => entry.Vm!.Id));
            Assert.Equal(["a"], changes.Vms.Select(vm => vm.Id));
            break;
        }
    }

    [Fact]
    public async Task A_stream_shows_a_vm_whose_next_charge_moved_though_there_was_nothing_to_charge()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await cluster.Platform.ReportOnOwnAccount(cluster.Machine("a"), VmStatus.Error);
        await cluster.AdvanceTo(Ladder.At("10:16:00"));
        var before = (await cluster.Billing.GetBalance(cluster.Tenant)).Change;
        await cluster.AdvanceTo(Ladder.At("10:31:00"));
        Assert.True((await cluster.Billing.GetBalance(cluster.Tenant)).Change > before);
        await foreach (var changes in cluster.Billing.WatchChanges(cluster.Tenant, before))
        {
            Assert.Empty(changes.Entries);
            Assert.Equal(["a"], changes.Vms.Select(vm => vm.Id));
            break;
        }
    }

    private static async Task<long> Read(BillingCluster cluster, long after, int answers, int most, List<long> entries, List<long> notices)
    {
        await foreach (ChangesView changes in cluster.Billing.WatchChanges(cluster.Tenant, after))
        {
            Assert.True(changes.Change > after);
            after = changes.Change;
            entries.AddRange(changes.Entries.Select(entry => entry.Number));
            notices.AddRange(changes.Notices.Select(notice => notice.Number));
            if (--answers == 0 || entries.Count >= most) break;
        }
        return after;
    }
}
