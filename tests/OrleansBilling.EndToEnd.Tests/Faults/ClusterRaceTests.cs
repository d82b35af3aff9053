using System.Globalization;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.Checks;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>What tenants themselves can do at the worst moment, on three silos and two portals.</summary>
[Collection(OnOneCluster.Name)]
public sealed class ClusterRaceTests(SharedCluster shared, ITestOutputHelper output)
{
    private static readonly TimeSpan latest = TimeSpan.FromSeconds(90); // who is first is what counts here; how promptly, in CalmClusterTests

    private readonly WorkLog log = new();

    private ClusterUnderTest Cluster => shared.Cluster;

    [PostgresFact]
    public async Task F14_E7_Of_200_creates_at_once_at_both_portals_with_money_for_3_exactly_3_are_admitted()
    {
        await Cluster.Heal();
        using var tenant = await SignIn();
        await tenant.TopUp(8); // three hours of one cost 7.62, four 10.16

        var creates = await Task.WhenAll(Enumerable.Range(1, 200).Select(_ => tenant.Do("create", HttpMethod.Post, "/api/vms", number => new { package = "1xH100", name = Person.NameOf(number) })));
        Assert.Equal(3, creates.Count(create => create.Outcome == Outcome.Ok));
        Assert.All(creates.Where(create => create.Outcome != Outcome.Ok), create => Assert.Equal(402, create.Attempts[^1].Status));
        await Clean(tenant);
    }

    /// <summary>
    /// Ten tenants below zero pay at their own instant of deletion, a little before or a little after. Whoever was first in the ledger has
    /// won: paid before the order, the VM lives; ordered before the payment, it goes.
    /// </summary>
    [PostgresFact]
    public async Task F15_E4_E5_A_top_up_that_races_with_the_deletion_wins_exactly_when_it_is_first_in_the_ledger()
    {
        await Cluster.Heal();
        using var operators = await new Person(Cluster, log, CancellationToken.None).SignInAsOperator();
        int[] offsets = [-400, -150, -50, -20, -5, 0, 5, 20, 50, 300]; // milliseconds
        var tenants = await Task.WhenAll(offsets.Select(async offset =>
        {
            var tenant = await SignIn();
            await tenant.TopUp(4);
            var vm = (await tenant.CreateVm())!.Id;
            await TenantCalls.Until(tenant.Vms, vms => vms is [{ Status: "running" }], "it runs");
            await operators.Charge(tenant.Tenant, 4);
            var below = await TenantCalls.Until(tenant.Balance, balance => balance?.DeletionAt is not null, "the deletion has a time");
            await Task.Delay(TimeSpan.FromTicks(Math.Max(0, (below!.DeletionAt!.Value.AddMilliseconds(offset) - DateTimeOffset.UtcNow).Ticks)));
            await tenant.TopUp(5);
            return (Tenant: tenant, Vm: vm);
        }));

        var ledger = await LedgerReader.Of(Cluster).Read();
        var cured = 0;
        foreach (var (tenant, vm) in tenants)
        {
            var name = $"vn/{tenant.Tenant}";
            var cure = ledger.EntriesOf[name].Last(entry => entry.Kind == "Credit");
            var deletion = ledger.Orders.SingleOrDefault(order => order.Balance == name && order.Kind == "Delete");
            if (deletion is null) cured++;
            else Assert.True(deletion.EntryNumber < cure.Number, $"{deletion} was given after the cure, entry {cure.Number}");
            await TenantCalls.Until(tenant.Vms, vms => vms is not null && vms.Length == (deletion is null ? 1 : 0), deletion is null ? "its VM is there" : "its VM is gone");
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cured} of {tenants.Length} were cured in time."));
        var report = new CheckReport();
        EnforcementChecks.Check(ledger.Of(tenants.Select(tenant => tenant.Tenant.Tenant).ToHashSet()), report, latest);
        Assert.True(report.IsClean, report.ToString());
        foreach (var (tenant, _) in tenants)
        {
            await Clean(tenant);
            tenant.Dispose();
        }
    }

    [PostgresFact]
    public async Task F15_E3_E5_A_top_up_that_races_with_the_exhaustion_leaves_no_stop_without_a_reason()
    {
        await Cluster.Heal();
        using var operators = await new Person(Cluster, log, CancellationToken.None).SignInAsOperator();
        var tenants = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var tenant = await SignIn();
            await tenant.TopUp(4);
            await tenant.CreateVm();
            await TenantCalls.Until(tenant.Vms, vms => vms is [{ Status: "running" }], "it runs");
            await Task.WhenAll(operators.Charge(tenant.Tenant, 4), tenant.TopUp(5)); // either may be first
            return tenant;
        }));
        var ledger = (await LedgerReader.Of(Cluster).Read()).Of(tenants.Select(tenant => tenant.Tenant).ToHashSet());
        var report = new CheckReport();
        EnforcementChecks.Check(ledger, report, latest);
        MoneyChecks.Check(ledger, report);
        WorkChecks.Check(log, ledger, report);
        output.WriteLine(report.ToString());
        Assert.True(report.IsClean, report.ToString());
        foreach (var tenant in tenants)
        {
            Assert.True((await tenant.Balance())!.Live > Amount.Zero);
            await Clean(tenant);
            tenant.Dispose();
        }
    }

    private Task<Person> SignIn() => new Person(Cluster, log, CancellationToken.None).SignIn($"{Guid.NewGuid():N}@example.com");

    private static async Task Clean(Person tenant)
    {
        foreach (var vm in await tenant.Vms() ?? []) await tenant.Ask("delete", vm.Id);
    }
}
