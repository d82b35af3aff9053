using Microsoft.Extensions.Options;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Loss;

/// <summary>How often VMs are charged is a setting: the sweep, which looks at a part of a round after the other, finds those that were charged by another one too (C5).</summary>
public sealed class ChangedRoundTests
{
    private static readonly DateTimeOffset due = Ladder.At("10:29:00"); // the quarter hour of a VM that was Running at 10:14

    [Theory]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(20)]
    public async Task C5_an_overdue_vm_is_found_within_one_round_whatever_the_round_was_when_it_was_charged_last(int minutes)
    {
        await using var cluster = await Begin();
        var round = TimeSpan.FromMinutes(minutes);
        Assert.Equal(1, await Found(cluster, due, round, within: round)); // as a sweep begins
        var found = 0;
        for (var by = due; by < (minutes < 15 ? due.AddSeconds(30) : due + round); by += TimeSpan.FromSeconds(30)) // where its phase is none of the round's, at once
            found += await Found(cluster, by, round);
        Assert.InRange(found, 1, int.MaxValue); // SQLite finds it in each part
    }

    [Fact]
    public async Task C5_from_its_next_charge_on_a_vm_is_found_in_the_part_of_the_round_in_which_it_is_due()
    {
        await using var cluster = await Begin();
        cluster.Service<IOptions<BillingOptions>>().Value.Policy = new BillingPolicy { ChargeEvery = TimeSpan.FromMinutes(20) };
        await cluster.Billing.AddPrice("vn", new AddPrice("p", "1xH100", HourlyPrice.Parse("2.54"), due.AddHours(1))); // so that the rules are read again
        await cluster.AdvanceTo(due.AddSeconds(1));
        Assert.Equal(due.AddMinutes(20), (await cluster.Billing.FindVm(cluster.Tenant, "a"))!.NextChargeAt);

        Assert.Equal(1, await Found(cluster, due.AddMinutes(20), TimeSpan.FromMinutes(20)));
    }

    private static async Task<BillingCluster> Begin()
    {
        var cluster = await BillingCluster.Start(setup => setup.Start = Ladder.At("10:14:00"));
        await cluster.TopUp("100");
        await cluster.Create("a");
        Assert.Equal(due, (await cluster.Billing.FindVm(cluster.Tenant, "a"))!.NextChargeAt);
        return cluster;
    }

    private static async Task<int> Found(BillingCluster cluster, DateTimeOffset by, TimeSpan round, TimeSpan? within = null) =>
        (await cluster.Ledger.OverdueCharges(new ChargeWindow(by - (within ?? TimeSpan.FromSeconds(30)), by, round), null, 10)).Vms.Count;
}
