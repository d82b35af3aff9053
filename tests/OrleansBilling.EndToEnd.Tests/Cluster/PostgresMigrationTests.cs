using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.Grains.Ledger.Postgres;

namespace OrleansBilling.EndToEnd.Tests.Cluster;

public class PostgresMigrationTests
{
    [PostgresFact]
    public async Task However_many_apply_at_once_each_file_is_applied_once()
    {
        await using var server = await PostgresServer.Run();
        var owner = await server.NewDatabase("migrated");
        var all = await PostgresMigrations.Missing(owner);
        var applied = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PostgresMigrations.Apply(owner, "billing_app")));
        Assert.Equal(all, applied.SelectMany(files => files));
        Assert.Empty(await PostgresMigrations.Apply(owner, "billing_app"));
        Assert.Empty(await PostgresMigrations.Missing(owner));
    }

    [PostgresFact]
    public async Task Databases_of_one_server_may_be_made_at_once()
    {
        await using var server = await PostgresServer.Run();
        string[] owners = [await server.NewDatabase("one"), await server.NewDatabase("two"), await server.NewDatabase("three")];
        Assert.All(await Task.WhenAll(owners.Select(owner => PostgresMigrations.Apply(owner, "billing_app"))), Assert.NotEmpty);
    }

    [PostgresFact]
    public async Task A_released_file_that_was_changed_is_refused_by_its_name()
    {
        await using var server = await PostgresServer.Run();
        var owner = await server.NewDatabase("changed");
        await PostgresMigrations.Apply(owner, "billing_app");
        await PostgresServer.Execute(owner, "UPDATE applied_file SET sha256 = '\\x00' WHERE name = 'orleans/003_reminders.sql'");
        foreach (var look in new Func<Task>[] { () => PostgresMigrations.Apply(owner, "billing_app"), () => PostgresMigrations.Missing(owner) })
            Assert.Contains("orleans/003_reminders.sql", (await Assert.ThrowsAsync<InvalidOperationException>(look)).Message, StringComparison.Ordinal);
    }
}
