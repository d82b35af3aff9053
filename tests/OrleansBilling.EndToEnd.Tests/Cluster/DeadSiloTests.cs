using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Cluster;

/// <summary>A silo as it is delivered, dead by its membership table, which it reads so seldom that it does not hear of it.</summary>
public sealed class DeadSiloTests(ITestOutputHelper output) : HostTest(output)
{
    private const string Written = "SELECT (SELECT sum(version) FROM balance) || ' ' || (SELECT sum(Version) FROM OrleansGrainState)";

    [PostgresFact]
    public async Task C7_A_silo_that_does_not_know_that_it_is_dead_changes_no_balance_and_no_VM()
    {
        await using var server = await PostgresServer.Run();
        var owner = await server.NewDatabase("billing");
        var host = await Run($"Database:ConnectionString={owner}", "Cluster:ClusterId=a cluster of one", "Cluster:MembersRead=01:00:00", "Portal:TotalTime=00:00:06", "Platform:Create=00:00:01");
        var tenant = Keep(new PortalCaller(host));
        await tenant.SignIn("ada@example.com");
        await tenant.TopUp("10.00");
        var vm = (await tenant.CreateVm()).Id;
        await tenant.VmReaches(vm, "running");

        await PostgresServer.Execute(owner, "UPDATE OrleansMembership SET Status = 6");
        var before = await PostgresServer.Query<string>(owner, Written);
        Assert.Equal("unavailable", (await tenant.Refused(HttpMethod.Post, $"/api/vms/{vm}/power-off")).Code);
        Assert.Equal("unavailable", (await tenant.Refused(HttpMethod.Post, "/api/top-ups", new { amount = "1.00", currency = "USD" })).Code);
        Assert.Equal(before, await PostgresServer.Query<string>(owner, Written));
        await host.Says("was declared dead: it writes nothing any more (C7)");
    }
}
