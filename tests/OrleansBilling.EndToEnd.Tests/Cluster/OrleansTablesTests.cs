using System.Text;
using Npgsql;
using OrleansBilling.EndToEnd.Tests.Database;

namespace OrleansBilling.EndToEnd.Tests.Cluster;

/// <summary>C1 at the tables of Orleans: of two who saw the same, one writes.</summary>
public class OrleansTablesTests
{
    [PostgresFact]
    public async Task C1_Of_overlapping_first_writes_of_a_grain_one_wins_and_there_is_one_row()
    {
        await using var tables = await OrleansTables.Make();
        for (var grain = 0; grain < 20; grain++)
        {
            var round = grain;
            var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => tables.Call("WriteToStorageKey", State(round, $"{writer}", null))));
            Assert.Single(versions, version => version is not null);
        }
        Assert.Equal(20L, await PostgresServer.Query<long>(tables.Owner, "SELECT count(*) FROM OrleansGrainState"));
    }

    [PostgresFact]
    public async Task C1_A_first_write_that_waits_for_another_one_loses_by_its_version_and_not_by_an_error()
    {
        await using var tables = await OrleansTables.Make();
        await using var connection = await tables.Open();
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.NotNull(await OrleansTables.Call(connection, "WriteToStorageKey", State(1, "first", null)));
        var second = tables.Call("WriteToStorageKey", State(1, "second", null));
        await Task.Delay(300);
        Assert.False(second.IsCompleted);
        await transaction.CommitAsync();
        Assert.Null(await second);
        Assert.Equal("first", Encoding.UTF8.GetString((byte[])(await tables.Call("ReadFromStorageKey", Key(1)))!));
    }

    [PostgresFact]
    public async Task An_outdated_version_changes_nothing_and_a_cleared_state_reads_as_none()
    {
        await using var tables = await OrleansTables.Make();
        var first = (int)(await tables.Call("WriteToStorageKey", State(1, "one", null)))!;
        var second = (int)(await tables.Call("WriteToStorageKey", State(1, "two", first)))!;
        Assert.Null(await tables.Call("WriteToStorageKey", State(1, "late", first)));
        Assert.Null(await tables.Call("ClearStorageKey", [.. Key(1), ("GrainStateVersion", first)]));
        Assert.NotNull(await tables.Call("ClearStorageKey", [.. Key(1), ("GrainStateVersion", second)]));
        Assert.Null(await tables.Call("ReadFromStorageKey", Key(1)));
        Assert.Null(await tables.Call("WriteToStorageKey", State(1, "late", second)));
        Assert.NotNull(await tables.Call("WriteToStorageKey", State(1, "anew", null)));
    }

    [PostgresFact]
    public async Task Of_silos_that_join_on_the_same_version_one_does()
    {
        await using var tables = await OrleansTables.Make();
        Assert.True((bool)(await tables.Call("InsertMembershipVersionKey", ("DeploymentId", "c")))!);
        Assert.False((bool)(await tables.Call("InsertMembershipVersionKey", ("DeploymentId", "c")))!);
        for (var version = 0; version < 20; version++)
        {
            var at = version;
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(silo => tables.Call("InsertMembershipKey", Member(at, generation: at * 10 + silo))));
            Assert.Single(answers, answer => (bool)answer!);
        }
        Assert.Equal(20L, await PostgresServer.Query<long>(tables.Owner, "SELECT count(*) FROM OrleansMembership"));
        Assert.Equal(20, await PostgresServer.Query<int>(tables.Owner, "SELECT Version FROM OrleansMembershipVersion"));
    }

    [PostgresFact]
    public async Task A_row_that_is_there_already_is_not_added_and_moves_no_version()
    {
        await using var tables = await OrleansTables.Make();
        await tables.Call("InsertMembershipVersionKey", ("DeploymentId", "c"));
        Assert.True((bool)(await tables.Call("InsertMembershipKey", Member(0, 7)))!);
        Assert.False((bool)(await tables.Call("InsertMembershipKey", Member(1, 7)))!);
        Assert.False((bool)(await tables.Call("UpdateMembershipKey", [.. Member(1, 8), ("SuspectTimes", "")]))!);
        Assert.True((bool)(await tables.Call("UpdateMembershipKey", [.. Member(1, 7), ("SuspectTimes", "")]))!);
        Assert.Equal(2, await PostgresServer.Query<int>(tables.Owner, "SELECT Version FROM OrleansMembershipVersion"));
        // Only what is dead is cleaned up, however long ago it said that it is alive.
        await tables.Call("CleanupDefunctSiloEntriesKey", ("DeploymentId", "c"), ("IAmAliveTime", DateTime.UtcNow.AddDays(1)));
        Assert.Equal(1L, await PostgresServer.Query<long>(tables.Owner, "SELECT count(*) FROM OrleansMembership"));
    }

    [PostgresFact]
    public async Task Ranges_of_reminders_have_an_index_and_the_application_has_no_more_rights_than_it_needs()
    {
        await using var tables = await OrleansTables.Make();
        Assert.Equal(1L, await PostgresServer.Query<long>(tables.Owner, "SELECT count(*) FROM pg_indexes WHERE tablename = 'orleansreminder' AND indexdef LIKE '%(serviceid, grainhash)'"));

        await PostgresServer.Execute(tables.Owner, $"CREATE ROLE node LOGIN IN ROLE {OrleansTables.ApplicationRole}");
        var node = new NpgsqlConnectionStringBuilder(tables.Owner) { Username = "node" }.ToString();
        Assert.Equal(0L, await PostgresServer.Query<long>(node, "SELECT count(*) FROM OrleansGrainState"));
        foreach (var forbidden in new[] { "DELETE FROM OrleansGrainState", "UPDATE OrleansQuery SET QueryText = ''", "DELETE FROM applied_file", "CREATE TABLE mine (id int)" })
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => PostgresServer.Execute(node, forbidden))).SqlState);
    }

    private static (string, object?)[] Key(int grain) =>
        [("GrainIdHash", grain), ("GrainTypeHash", 2), ("GrainIdN0", 0L), ("GrainIdN1", 0L), ("GrainIdExtensionString", $"vn/t/{grain}"), ("GrainTypeString", "vm"), ("ServiceId", "s")];

    private static (string, object?)[] State(int grain, string payload, int? version) =>
        [.. Key(grain), ("GrainStateVersion", version), ("PayloadBinary", Encoding.UTF8.GetBytes(payload))];

    private static (string, object?)[] Member(int version, int generation) =>
        [("DeploymentId", "c"), ("Version", version), ("Address", "127.0.0.1"), ("Port", 11111), ("Generation", generation), ("SiloName", "silo"), ("HostName", "host"), ("Status", 3),
            ("ProxyPort", 30000), ("StartTime", DateTime.UtcNow), ("IAmAliveTime", DateTime.UtcNow)];
}
