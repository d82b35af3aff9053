using Microsoft.Data.Sqlite;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;
using Xunit.Sdk;

namespace OrleansBilling.EndToEnd.Tests.Ledger;

/// <summary>That the audit finds what it is there to find.</summary>
public sealed class TamperingTests(ITestOutputHelper output) : HostTest(output)
{
    [Fact]
    public async Task F21_M10_An_entry_cannot_be_changed_and_one_that_was_changed_all_the_same_is_found()
    {
        var host = await Run();
        var tenant = Keep(new PortalCaller(host));
        await tenant.SignIn("ada@example.com");
        for (var i = 0; i < 3; i++) await tenant.TopUp("1.00");
        Assert.Equal(0, await host.Stop());
        var audit = new LedgerAudit(host.LedgerFile);
        Assert.Equal(3, audit.Verify());

        const string Edit = "UPDATE ledger_entry SET description = 'Another source' WHERE number = 2";
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = host.LedgerFile, Pooling = false }.ToString());
        connection.Open();
        Assert.Throws<SqliteException>(() => Execute(connection, Edit));
        Assert.Equal(3, audit.Verify());

        Execute(connection, "DROP TRIGGER ledger_entry_is_never_updated");
        Execute(connection, Edit);
        Assert.ThrowsAny<XunitException>(() => audit.Verify());
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is written above
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
