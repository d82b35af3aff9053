using Orleans.Configuration;
using OrleansBilling.Client;
using OrleansBilling.EndToEnd.Tests.Processes;
using OrleansBilling.Grains.Ledger.Sqlite;

namespace OrleansBilling.EndToEnd.Tests.Embedding;

public sealed class ReadmeExampleTests(ITestOutputHelper output) : HostTest(output)
{
    [Fact]
    public async Task The_example_of_the_client_library_compiles_as_it_stands_and_prints_what_it_says()
    {
        var example = CompiledExample.Of(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Embedding", "README.md")));
        var folder = Keep(new TemporaryFolder());
        var silo = Prepare(["Role=silo"], folder);
        await silo.Start();

        // This process is the portal backend that embeds the library.
        var backend = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        backend.AddOrleansBillingClient(client =>
        {
            client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ("billing", "billing"));
            client.UseAdoNetClustering(clustering =>
                (clustering.Invariant, clustering.ConnectionString) = ("System.Data.SQLite", SqliteDatabase.ConnectionStringOf(folder.FileOf("orleans.db"))));
        });
        using var host = backend.Build();
        await host.StartAsync();
        var written = await example.Run(host.Services);
        await host.StopAsync();

        Assert.Equal(["Admitted: 3.000000 Usd, an hour costs 2.540000"], written);
    }
}
