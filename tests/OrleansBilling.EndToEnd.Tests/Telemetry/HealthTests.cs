using System.Net;
using System.Text.Json;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Telemetry;

/// <summary>Live and ready are two questions.</summary>
public sealed class HealthTests(ITestOutputHelper output) : HostTest(output)
{
    [PostgresFact]
    public async Task A_silo_without_its_database_is_live_and_not_ready_and_ready_again_when_it_is_back()
    {
        await using var server = await PostgresServer.Run();
        var silo = Prepare(["Role=silo", $"Database:ConnectionString={await server.NewDatabase("billing")}"]);
        await silo.Start();
        var (status, answer) = await Health.Of(silo, "ready");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["clock", "cluster", "database", "drift", "membership"], Checks(answer).Keys.Order());
        Assert.All(Checks(answer).Values, check => Assert.Equal("healthy", check));

        await server.StopImmediately();
        (status, answer) = await TenantCalls.Until(() => Health.Of(silo, "ready"), now => now.Status == HttpStatusCode.ServiceUnavailable, "the silo is not ready");
        Assert.Equal("unhealthy", Checks(answer)["database"]);
        Assert.Equal("healthy", Checks(answer)["membership"]);
        Assert.DoesNotContain("127.0.0.1", answer!.Value.GetRawText(), StringComparison.Ordinal); // nothing of the inside
        Assert.Equal(HttpStatusCode.OK, (await Health.Of(silo, "live")).Status);

        await server.Start();
        await TenantCalls.Until(() => Health.Of(silo, "ready"), now => now.Status == HttpStatusCode.OK, "the silo is ready again");
    }

    private static Dictionary<string, string> Checks(JsonElement? answer) =>
        answer!.Value.GetProperty("checks").EnumerateObject().ToDictionary(check => check.Name, check => check.Value.GetProperty("status").GetString()!);
}
