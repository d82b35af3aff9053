using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>That <c>verify</c> finds what somebody with all rights did to the ledger.</summary>
[Collection(OnOneCluster.Name)]
public sealed class HandEditedLedgerTests(SharedCluster shared, ITestOutputHelper output)
{
    private ClusterUnderTest Cluster => shared.Cluster;

    [PostgresFact]
    public async Task F21_M10_An_entry_that_was_edited_by_hand_is_named_by_verify_and_the_application_could_not_have_done_it()
    {
        await Cluster.Heal();
        using var tenant = await new Person(Cluster, new WorkLog(), CancellationToken.None).SignIn($"{Guid.NewGuid():N}@example.com");
        for (var i = 0; i < 3; i++) await tenant.TopUp(1);
        (await HostCommand.Run("verify", Cluster.DatabaseSettings)).Succeeded();

        var edit = $"UPDATE ledger_entry SET description = 'Another source' WHERE number = 2 AND balance_number = (SELECT number FROM balance WHERE balance = 'vn/{tenant.Tenant}')";
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => PostgresServer.Execute(Cluster.Application, edit));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => PostgresServer.Execute(Cluster.Application, edit.Replace("UPDATE ledger_entry SET description = 'Another source'", "DELETE FROM ledger_entry", StringComparison.Ordinal)));

        // On a copy, so that the cluster goes on with what is right.
        var copy = await Cluster.Postgres!.CopyDatabase(ClusterUnderTest.Database, $"edited_{Guid.NewGuid():N}");
        await PostgresServer.Execute(copy, $"SET session_replication_role = replica; {edit}");
        var verified = await HostCommand.Run("verify", $"Database:ConnectionString={copy}", $"Database:MigrationConnectionString={copy}");
        output.WriteLine(verified.Output);
        Assert.Equal(1, verified.ExitCode);
        var row = Assert.Single(verified.Output.Split('\n'), line => line.StartsWith("M10", StringComparison.Ordinal));
        Assert.Contains("VIOLATED", row, StringComparison.Ordinal);
        Assert.Contains(tenant.Tenant, row, StringComparison.Ordinal);
        Assert.Contains("entry 2", row, StringComparison.Ordinal);
    }
}
