using System.Net;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansBilling.EndToEnd.Tests.Alerts;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Host.Health;

namespace OrleansBilling.EndToEnd.Tests.Telemetry;

/// <summary>Live and ready are two questions.</summary>
public sealed class HealthTests(ITestOutputHelper output) : HostTest(output)
{
    [PostgresFact]
    public async Task A_silo_without_its_database_is_live_and_not_ready_and_ready_again_when_it_is_back()
    {
        await using var server = await PostgresServer.Run();
        await using var collector = await OtlpCollector.Start();
        var silo = Prepare(["Role=silo", $"Database:ConnectionString={await server.NewDatabase("billing")}", $"Telemetry:Otlp={collector.Address}", "Telemetry:Traces=0"]);
        foreach (var pace in new[] { "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_BSP_SCHEDULE_DELAY" }) silo.Variables[pace] = "500";
        await silo.Start();
        using (var http = new HttpClient()) (await http.GetAsync(new Uri($"http://127.0.0.1:{silo.HttpPort}/nothing"))).Dispose(); // which begins a trace
        var (_, answer) = await TenantCalls.Until(() => Health.Of(silo, "ready"), now => now.Status == HttpStatusCode.OK, "the silo is ready");
        Assert.Equal(["clock", "cluster", "database", "drift", "membership"], Checks(answer).Keys.Order());
        Assert.All(Checks(answer).Values, check => Assert.Equal("healthy", check));

        await server.StopImmediately();
        (_, answer) = await TenantCalls.Until(() => Health.Of(silo, "ready"), now => now.Status == HttpStatusCode.ServiceUnavailable, "the silo is not ready");
        Assert.Equal("unhealthy", Checks(answer)["database"]);
        Assert.Equal("healthy", Checks(answer)["membership"]);
        Assert.DoesNotContain("127.0.0.1", answer!.Value.GetRawText(), StringComparison.Ordinal); // nothing of the inside
        Assert.Equal(HttpStatusCode.OK, (await Health.Of(silo, "live")).Status);

        await server.Start();
        await TenantCalls.Until(() => Health.Of(silo, "ready"), now => now.Status == HttpStatusCode.OK, "the silo is ready again");

        // What rules and dashboard know of the database, and no trace: no part of any was asked for.
        await TenantCalls.Until(
            () => Task.FromResult(string.Join(' ', AlertRules.Metrics.Where(TelemetryTests.IsOfPostgres).Except(collector.NamesInPrometheus))), missing => missing.Length == 0, "all that is said of the database came");
        Assert.Equal(0, await silo.Stop());
        Assert.Empty(collector.Spans);
    }

    [Theory]
    [InlineData(SiloStatus.Active, HealthStatus.Healthy)]
    [InlineData(SiloStatus.Joining, HealthStatus.Unhealthy)]
    [InlineData(SiloStatus.ShuttingDown, HealthStatus.Unhealthy)]
    [InlineData(SiloStatus.Dead, HealthStatus.Unhealthy)]
    public async Task A_silo_that_joins_leaves_or_was_declared_dead_is_not_ready(SiloStatus silo, HealthStatus health)
    {
        var oracle = DispatchProxy.Create<ISiloStatusOracle, Oracle>();
        ((Oracle)(object)oracle).Status = silo;
        Assert.Equal(health, (await new MembershipHealth(oracle).CheckHealthAsync(new HealthCheckContext())).Status);
    }

    [Theory]
    [InlineData(true, HealthStatus.Healthy)]
    [InlineData(false, HealthStatus.Unhealthy)]
    public async Task A_silo_whose_clock_is_not_trusted_is_not_ready(bool trusted, HealthStatus health) =>
        Assert.Equal(health, (await new ClockHealth(new Referee(trusted), TimeProvider.System).CheckHealthAsync(new HealthCheckContext())).Status);

    private static Dictionary<string, string> Checks(JsonElement? answer) =>
        answer!.Value.GetProperty("checks").EnumerateObject().ToDictionary(check => check.Name, check => check.Value.GetProperty("status").GetString()!);

    private sealed class Referee(bool trusts) : IClockReferee
    {
        public bool Trusts(DateTimeOffset now) => trusts;
    }

    /// <summary>Says the status of its own silo, and nothing else.</summary>
#pragma warning disable CA1852 // the proxy is made of a type that inherits from it
    public class Oracle : DispatchProxy
#pragma warning restore CA1852
    {
        internal SiloStatus Status { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == $"get_{nameof(ISiloStatusOracle.CurrentStatus)}" ? Status : throw new NotSupportedException(targetMethod.Name);
    }
}
