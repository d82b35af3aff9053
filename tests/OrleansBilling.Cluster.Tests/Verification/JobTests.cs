using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Cluster.Tests.Verification;

/// <summary>A ledger that does not verify freezes automatic stops and deletions of its tenant, and nothing else.</summary>
public sealed class JobTests
{
    private static readonly BalanceId Other = new("vn", "t2");

    [Fact]
    public async Task F21_a_tenant_whose_ledger_does_not_verify_is_metered_but_neither_stopped_nor_deleted_and_others_are()
    {
        await using var cluster = await Broken();
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await Eventually.Holds(async () => (await Holds(cluster)).Length == 1, "the tenant is held");
        var hold = (await cluster.Billing.GetBalance(cluster.Tenant)).Holds[0];
        Assert.Equal(("verify-m10-entry-1", HeldActions.Stopping | HeldActions.Deletion, "verify"), (hold.Id, hold.Actions, hold.By));
        Assert.StartsWith("M10 does not verify. entry 1: ", hold.Reason, StringComparison.Ordinal);

        await cluster.AdvanceTo(Ladder.At("11:46:00"));
        Assert.Single(await Holds(cluster)); // once, though the hour has found it again
        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));
        Assert.Empty(cluster.Orders(OrderKind.Stop));
        Assert.Empty(cluster.Orders(OrderKind.Delete));
        Assert.EndsWith("900s", (await cluster.Charges("a"))[^1], StringComparison.Ordinal);
        Assert.Equal(Ladder.At("11:45:00"), (await cluster.Entries())[^1].At);

        cluster.Tenant = Other;
        Assert.Empty(await Holds(cluster));
        Assert.Single(cluster.Orders(OrderKind.Stop));
        Assert.Equal(VmStatus.Deleted, await cluster.StatusOf("a"));
    }

    [Fact]
    public async Task F21_what_an_operator_has_released_is_not_held_again_but_another_finding_is()
    {
        await using var cluster = await Broken();
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await Eventually.Holds(async () => (await Holds(cluster)).Length == 1, "the tenant is held");
        Assert.True(await cluster.Billing.Release(cluster.Tenant, "verify-m10-entry-1"));
        cluster.Database.Force($"UPDATE ledger_entry SET fingerprint = 'x' WHERE {TestDatabase.Of(cluster.Tenant)} AND number = 1");
        await FoundAnother("verify-m5-entry-1", "another invariant");

        Assert.True(await cluster.Billing.Release(cluster.Tenant, "verify-m5-entry-1"));
        cluster.Database.Force($"UPDATE ledger_entry SET description = 'Another source' WHERE {TestDatabase.Of(cluster.Tenant)} AND number = 3");
        await FoundAnother("verify-m10-entry-3", "a later row of the same invariant");
        Assert.Equal(1, await cluster.Service<ILedgerCounts>().Findings(cluster.Clock.Now));

        async Task FoundAnother(string hold, string what)
        {
            await Eventually.Holds(
                async () =>
                {
                    await cluster.Advance(TimeSpan.FromHours(1)); // once more when the job, which rests in real time, has not seen this hour
                    return (await Holds(cluster)).Length == 1;
                },
                $"the tenant is held for {what}");
            Assert.Equal([hold], await Holds(cluster));
        }
    }

    [Fact]
    public async Task One_silo_of_a_cluster_verifies()
    {
        var ledgers = new List<FaultyLedger>();
        await using var cluster = await Ladder.Begin(setup =>
        {
            Hourly(setup);
            setup.Silos = 2;
            setup.Ledger = store =>
            {
                var ledger = new FaultyLedger();
                lock (ledgers) ledgers.Add(ledger);
                return ledger.Around(store);
            };
        });
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await Eventually.Holds(() => ledgers.Sum(ledger => ledger.Snapshots) > 0, "a silo verifies");
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Equal([0, 1], ledgers.Select(ledger => ledger.Snapshots).Order());
    }

    [Fact]
    public async Task A_round_that_was_cut_off_is_gone_on_with_where_it_was()
    {
        var verified = new List<string>();
        var state = new FaultyState("verification-round");
        state.Next(FaultyState.Fault.None, FaultyState.Fault.Failed);
        await using var cluster = await Ladder.Begin(setup =>
        {
            Hourly(setup);
            setup.State = state.Around;
            setup.Ledger = store => new FaultyLedger
            {
                Instead = (method, arguments) =>
                {
                    lock (verified) if (method == nameof(ILedgerStore.Snapshot)) verified.Add(((BalanceId)arguments[0]!).Tenant);
                    return null;
                },
            }.Around(store);
        });
        foreach (var tenant in new[] { "t3", "t2", "t1" })
        {
            cluster.Tenant = new BalanceId("vn", tenant);
            await cluster.TopUp("3");
        }
        await Eventually.Holds(
            async () =>
            {
                await cluster.Advance(TimeSpan.FromMinutes(5));
                lock (verified) return verified.Count >= 7;
            },
            "three rounds are made");
        lock (verified) Assert.Equal(["t1", "t2", "t2", "t3", "t1", "t2", "t3"], verified[..7]);
    }

    /// <summary>Two tenants on the ladder; somebody has changed the first entry of one.</summary>
    private static async Task<BillingCluster> Broken()
    {
        var cluster = await Ladder.Begin(Hourly);
        var broken = cluster.Tenant;
        cluster.Tenant = Other;
        await cluster.TopUp("3");
        await cluster.Create("a");
        cluster.Tenant = broken;
        cluster.AfterStep = async () =>
        {
            cluster.Tenant = Other;
            await cluster.Settle();
            cluster.Tenant = broken;
        };
        cluster.Database.Force($"UPDATE ledger_entry SET description = 'Another source' WHERE {TestDatabase.Of(broken)} AND number = 1");
        return cluster;
    }

    private static async Task<string[]> Holds(BillingCluster cluster) => [.. (await cluster.Billing.GetBalance(cluster.Tenant)).Holds.Select(hold => hold.Id)];

    private static void Hourly(ClusterSetup setup)
    {
        var billing = setup.Billing;
        setup.Billing = options =>
        {
            billing(options);
            options.VerifyEvery = TimeSpan.FromHours(1);
        };
    }
}
