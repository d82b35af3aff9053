using OrleansBilling.EndToEnd.Tests.Faults.Checks;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

/// <summary>
/// F22: somebody puts an older backup under silos that remember more than it. What is lost with it is lost; what silos remember may not
/// be written on top of it, and may not be told any more.
/// </summary>
[Collection(OneAtATime.Name)]
public sealed class RestoredDatabaseTests(ITestOutputHelper output)
{
    [OnDemandFact]
    public async Task F22_M9_M12_M13_C1_What_was_paid_after_a_backup_is_credited_again_because_silos_ask_the_gateways()
    {
        await using var cluster = await ClusterUnderTest.OnPostgres();
        await new RestoreUnderLoad(cluster, output) { Tenants = 6, BetweenBackupAndRestore = TimeSpan.FromSeconds(15) }.Run();
    }

    [OnDemandFact]
    public async Task F22_M4_M12_C1_E2_Silos_that_remember_more_than_a_restored_database_go_on_from_what_it_has()
    {
        await using var cluster = await ClusterUnderTest.OnPostgres();
        var log = new WorkLog();
        var tenants = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => new Person(cluster, log, CancellationToken.None).SignIn($"{Guid.NewGuid():N}@example.com")));
        foreach (var tenant in tenants)
        {
            await tenant.TopUp(9);
            await tenant.CreateVm();
            await TenantCalls.Until(tenant.Vms, vms => vms is [{ Status: "running" }], "the VM runs");
        }
        await cluster.Postgres!.Backup();
        foreach (var tenant in tenants)
        {
            for (var times = 0; times < 3; times++) await tenant.TopUp(1);
            var vm = (await tenant.Vms())!.Single().Id;
            foreach (var (request, status) in new[] { ("power-off", "stopped"), ("power-on", "running") })
            {
                await tenant.Ask(request, vm);
                await TenantCalls.Until(tenant.Vms, vms => vms is [{ Status: var now }] && now == status, $"the VM is {status}");
            }
        }
        await cluster.Postgres.Restore();
        foreach (var tenant in tenants) await tenant.TopUp(2);

        var ledger = await LedgerReader.Of(cluster).Read();
        var report = new CheckReport();
        MoneyChecks.Check(ledger, report);
        foreach (var tenant in tenants)
        {
            var stored = ledger.EntriesOf[$"vn/{tenant.Tenant}"].Where(entry => entry.Kind == "Credit").Select(entry => entry.Change / 1_000_000).ToArray();
            report.Look("C1", stored is [9, 2], $"{tenant.Tenant} has paid {string.Join(", ", stored)}");
            var shown = await tenant.Get<LedgerAnswer>("ledger", "/api/ledger?limit=100");
            report.Look("M12", shown!.Entries.Count(entry => entry.Kind == "credit") == stored.Length, $"{tenant.Tenant} is shown what is not there");
            report.Look("M12", (await tenant.Balance())!.TopUp.Micros == ledger.Balances.Single(row => row.Balance == $"vn/{tenant.Tenant}").TopUp, $"{tenant.Tenant} is told another balance");
        }

        // VMs that stayed in memory remember more, too: after their next quarter hour, here a minute, they can be deleted, and all that was used is charged.
        await Task.Delay(ClusterSettings.ChargeEvery + TimeSpan.FromSeconds(40));
        foreach (var tenant in tenants)
        {
            await tenant.Ask("delete", (await tenant.Vms())!.Single().Id);
            await TenantCalls.Until(tenant.Vms, vms => vms is [], "the VM is deleted");
            tenant.Dispose();
        }
        ProductChecks.Check(await HostCommand.Run("verify", cluster.DatabaseSettings), report);
        output.WriteLine(report.ToString());
        Assert.True(report.IsClean, $"{report}\n{log.Text()}\n{cluster.Log}");
    }
}
