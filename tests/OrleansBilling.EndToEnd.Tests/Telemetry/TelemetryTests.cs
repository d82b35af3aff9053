using System.Net;
using Microsoft.Data.Sqlite;
using OrleansBilling.EndToEnd.Tests.Alerts;
using OrleansBilling.EndToEnd.Tests.Cluster;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Telemetry;

/// <summary>What a team sees of a host: at a collector, which this test is, and by its health.</summary>
public sealed class TelemetryTests(ITestOutputHelper output) : HostTest(output)
{
    private const string Email = "ada.lovelace@example.com";

    // What happens in the life of a VM, and how the ledger stands.
    private static readonly string[] ours =
    [
        "billing.charges", "billing.charge.lag", "billing.reminder.lateness", "billing.commits", "billing.commit.size", "billing.commit.duration", "billing.verifications", "billing.vouchers.locked", "billing.rates.refused",
        "billing.silos", "billing.tenants", "billing.deletions.due", "billing.deletions.overdue", "billing.orders.open", "billing.orders.oldest", "billing.notices.waiting", "billing.notices.oldest",
        "billing.ledger.drift", "billing.payments.uncleared", "billing.payments.uncleared.oldest", "billing.charges.expected", "billing.certificate.left",
    ];

    [Fact]
    public async Task Metrics_logs_and_the_trace_of_a_charge_reach_a_collector_and_a_ledger_that_does_not_verify_shows()
    {
        await using var collector = await OtlpCollector.Start();
        using var certificates = new NodeCertificates();
        var host = Prepare([.. certificates.Settings("node"), $"Telemetry:Otlp={collector.Address}", "Clock:Speed=300", "Platform:Create=00:00:00", "Silo:CountEvery=00:00:01", "Silo:VerifyEvery=00:03:00"]);
        foreach (var pace in new[] { "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BLRP_SCHEDULE_DELAY" }) host.Variables[pace] = "500";
        await host.Start();
        var tenant = Keep(new PortalCaller(host));
        await tenant.SignIn(Email);
        await tenant.TopUp("50.00");
        double[] Expected() => [.. Series(collector, "billing_charges_expected").Where(expected => expected.Labels["region"] == "vn").Select(expected => expected.Value).Distinct().Order()];
        await TenantCalls.Until(() => Task.FromResult(Expected()), expected => expected is [0], "no charge is expected");
        var vm = (await tenant.CreateVm()).Id;

        var way = await TenantCalls.Until(() => Task.FromResult(collector.WaysOfCommits.FirstOrDefault(way => way[^1].Name == "vm.tick")), found => found is not null, "a transaction leads back to a VM's tick");
        Output.WriteLine(string.Join(" <- ", way!.Select(span => span.Name)));
        Assert.Equal(["ledger.commit", "balance.commit"], way!.Take(2).Select(span => span.Name));
        Assert.Equal("vm.tick", way![^1].Name);
        Assert.True(way!.Length >= 5, "The runtime's own spans lie between the balance and the VM.");
        Assert.Equal($"vn/{tenant.Tenant}", way![1].Attributes["billing.balance"]);
        Assert.Equal(vm, way![^1].Attributes["billing.vm"]);
        Assert.Equal("", way![^1].Parent);

        await TenantCalls.Until(
            () => Task.FromResult(string.Join(' ', ours.Except(collector.Metrics.Select(metric => metric.Name)))), missing => missing.Length == 0, "every meter of ours has been read");
        var names = collector.Metrics.Select(metric => metric.Name).ToHashSet();
        Assert.Contains("http.server.request.duration", names);
        Assert.Contains(names, name => name.StartsWith("orleans-", StringComparison.Ordinal));
        Assert.Contains(names, name => name.StartsWith("dotnet.", StringComparison.Ordinal));
        Output.WriteLine(string.Join('\n', collector.NamesInPrometheus.Order()));
        await TenantCalls.Until(
            () => Task.FromResult(string.Join(' ', AlertRules.Metrics.Where(name => !IsOfPostgres(name)).Except(collector.NamesInPrometheus))), missing => missing.Length == 0, "all that rules and dashboard ask for came");

        // A counter of what has not happened is there, at zero: its first time is one more and not the beginning of something.
        Assert.Contains(Series(collector, "billing_charges_total"), charges => charges.Labels["region"] == "jp" && charges.Value == 0);
        Assert.Contains(Series(collector, "billing_verifications_total"), failed => failed.Labels["result"] == "failed" && failed.Value == 0);
        await TenantCalls.Until(() => Task.FromResult(Expected()), expected => expected is [0, 1], "one is expected");
        Assert.All(Series(collector, "billing_charges_expected").Where(expected => expected.Labels["region"] == "jp"), expected => Assert.Equal(0, expected.Value));
        foreach (var (certificate, days) in new[] { ("node", 1), ("authority", 2) })
            Assert.All(
                Series(collector, "billing_certificate_left_seconds").Where(left => left.Labels["certificate"] == certificate),
                left => Assert.InRange(left.Value, TimeSpan.FromDays(days - 1).TotalSeconds, TimeSpan.FromDays(days).TotalSeconds));

        var order = await TenantCalls.Until(
            () => Task.FromResult(collector.Logs.FirstOrDefault(line => line.Attributes.GetValueOrDefault("Vm") == vm)), line => line is not null, "a line of the log names the VM");
        Assert.Equal($"vn/{tenant.Tenant}", order!.Attributes["Balance"]);
        Assert.True(order.Attributes.ContainsKey("Entry"));

        Assert.Equal((HttpStatusCode.OK, "healthy"), await Drift(host));
        Assert.Equal(0, Latest(collector, "billing.ledger.drift"));
        ChangeByHand(host.LedgerFile);
        await TenantCalls.Until(() => Task.FromResult(Latest(collector, "billing.ledger.drift")), drift => drift == 1, "the finding is counted");
        // Everybody else is served: the silo stays ready, and says what is wrong.
        Assert.Equal((HttpStatusCode.OK, "degraded"), await Drift(host));
        await TenantCalls.Until(
            () => Task.FromResult(collector.Logs.Any(line => line.Attributes.GetValueOrDefault("Invariant") == "M10" && line.Attributes["Balance"] == $"vn/{tenant.Tenant}")), found => found, "the finding is in the log");

        Assert.Equal(0, await host.Stop());
        // A trace begins at a request or at a VM's quarter hour, and at nothing else.
        var first = collector.Spans.Where(span => span.Parent.Length == 0).ToArray();
        Assert.Empty(first.Where(span => span.Name != "vm.tick" && !span.Attributes.ContainsKey("http.request.method")).Select(span => span.Name).Distinct());
        Assert.Contains(first, span => span.Attributes.ContainsKey("http.request.method"));
        foreach (var metric in collector.Metrics)
            Assert.DoesNotContain(metric.Labels.SelectMany(labels => labels.Values), value => value.Contains(tenant.Tenant, StringComparison.Ordinal) || value.Contains(vm, StringComparison.Ordinal));
        foreach (var signal in new[] { "metrics", "traces", "logs" })
        {
            var all = collector.Everything(signal);
            Assert.NotEqual("", all);
            Assert.DoesNotContain(Email, all, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(host.OperatorKey, all, StringComparison.Ordinal);
        }
    }

    /// <summary>What a silo measures only on PostgreSQL.</summary>
    internal static bool IsOfPostgres(string metric) => metric.StartsWith("db_", StringComparison.Ordinal) || metric is "billing_database_silence_seconds" or "billing_clock_offset_seconds";

    private static long Latest(OtlpCollector collector, string metric) => collector.Metrics.Where(found => found.Name == metric).Select(found => found.Values.Single()).LastOrDefault(-1);

    private static IEnumerable<(SortedDictionary<string, string> Labels, double Value)> Series(OtlpCollector collector, string name) =>
        collector.Series.Where(series => series.Name == name).Select(series => (series.Labels, series.Value));

    private static void ChangeByHand(string ledger)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = ledger, Pooling = false }.ToString());
        connection.Open();
        using var edit = connection.CreateCommand();
        edit.CommandText = "DROP TRIGGER ledger_entry_is_never_updated; UPDATE ledger_entry SET description = 'Another source' WHERE number = 1";
        edit.ExecuteNonQuery();
    }

    private static async Task<(HttpStatusCode, string?)> Drift(BillingHost host)
    {
        var (status, health) = await Health.Of(host, "ready");
        return (status, health!.Value.GetProperty("checks").GetProperty("drift").GetProperty("status").GetString());
    }
}
