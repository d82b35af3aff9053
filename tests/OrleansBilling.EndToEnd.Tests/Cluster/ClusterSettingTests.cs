using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Cluster;

public sealed class ClusterSettingTests(ITestOutputHelper output) : HostTest(output)
{
    private const string NoDatabase = "Database:ConnectionString=Host=127.0.0.1;Port=1;Database=billing;Username=silo;Password=sesame";

    [Theory]
    [InlineData("Cluster:Address=10.0.0.1", "Cluster:Address is '10.0.0.1': expected a loopback address")]
    [InlineData("Cluster:ListenAddress=0.0.0.0", "Cluster:ListenAddress is '0.0.0.0': expected a loopback address")]
    [InlineData("Cluster:Address=0.0.0.0", "expected the one address")]
    [InlineData("Cluster:Address=here", "Cluster:Address is 'here': expected an IP address")]
    [InlineData("Cluster:AllowedAddresses=10.0.0.1,nowhere", "Cluster:AllowedAddresses is 'nowhere'")]
    [InlineData("Cluster:Tls:Certificate=/none.pem", "Cluster:Tls:Certificate is '/none.pem'")]
    [InlineData("Cluster:Votes=0", "Cluster:Votes is '0': expected a number from 1 to 10")]
    [InlineData("Portal:ResponseTimeout=00:01:00", "Portal:ResponseTimeout is '00:01:00'")]
    [InlineData("ShutdownTimeout=0", "ShutdownTimeout is '0'")]
    [InlineData("Database:MigrationConnectionString=Host=h", "given without Database:ConnectionString")]
    [InlineData("Database:ConnectionString=Host=h;Password=sesame;open=1", "Database:ConnectionString is '(not shown)'")]
    public Task A_setting_of_the_cluster_that_cannot_be_stops_the_start_with_a_sentence(string setting, string sentence) => Refuses([setting], sentence);

    [Fact]
    public Task Business_time_of_a_cluster_is_real_time() => Refuses([NoDatabase, "Clock:Speed=60"], "Clock:Speed is '60': expected 1 on PostgreSQL");

    [Fact]
    public Task A_database_that_does_not_answer_is_named_and_its_password_is_not() => Refuses([NoDatabase], "The database billing on 127.0.0.1:1 cannot be used");

    [Fact]
    public async Task A_certificate_of_another_authority_stops_the_start()
    {
        using var cluster = new NodeCertificates();
        using var elsewhere = new NodeCertificates();
        await Refuses([.. cluster.Settings("silo")[..2], elsewhere.Settings("silo")[2]], "the authority has not signed the certificate");
    }

    [PostgresFact]
    public async Task A_silo_in_production_names_the_command_that_migrates_which_is_done_once()
    {
        await using var server = await PostgresServer.Run();
        var owner = await server.NewDatabase("billing");
        await Refuses([$"Database:ConnectionString={owner}"], "run 'OrleansBilling.Host migrate'", "Production");
        for (var time = 1; time <= 2; time++)
        {
            var migration = Prepare([$"Database:ConnectionString={owner}"], environment: "Production", command: "migrate");
            migration.Launch();
            Assert.Equal(0, await migration.Ended());
            Assert.Contains(time == 1 ? "orleans/004_persistence.sql" : "Nothing was missing.", migration.Log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_command_migrates_SQLite_too()
    {
        var folder = Keep(new TemporaryFolder());
        for (var time = 1; time <= 2; time++)
        {
            var migration = Prepare([], folder, command: "migrate");
            migration.Launch();
            Assert.Equal(0, await migration.Ended());
            Assert.Contains(time == 1 ? "ledger/001_ledger.sql" : "Nothing was missing.", migration.Log, StringComparison.Ordinal);
        }
    }

    private async Task Refuses(string[] settings, string sentence, string environment = "Development")
    {
        var host = Prepare(settings, environment: environment);
        host.Launch();
        Assert.Equal(2, await host.Ended());
        Assert.Contains(sentence, host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", host.Log, StringComparison.Ordinal);
    }
}
