using System.Globalization;
using System.Text;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.OnDemand;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Telemetry;

namespace OrleansBilling.EndToEnd.Tests.Alerts;

/// <summary>Makes <c>recorded.test.yaml</c>: the metrics of a real cluster before, during and after the faults that rules are for.</summary>
public sealed class RecordAlertsTests : IDisposable
{
    private const string Header =
        """
        # The metrics of three silos and two portals on PostgreSQL, as Prometheus would have read them every 15 seconds at a collector whose
        # metric_expiration is 1m, from processes that export every 5 seconds: real processes, real faults, in real time. As delivered it is 150s
        # and a minute, and rules fire later: by-hand.test.yaml has those times. Recorded, not written, by
        #
        #   BILLING_ON_DEMAND=1 dotnet test tests/OrleansBilling.EndToEnd.Tests --filter RecordAlertsTests
        #
        # which takes a quarter of an hour. Record again when a rule for one of these faults asks for a metric that is not in here. Machines are
        # named anew, and what a process says of itself in every series is left out but for its role; the ledger was verified each minute, not
        # each hour.

        rule_files: [../../../deploy/grafana/alerts.yaml]
        evaluation_interval: 15s

        tests:

        """;

    private readonly List<string> portals = [];
    private readonly StringBuilder file = new(Header);
    private ClusterUnderTest cluster = null!;
    private MetricRecording recording = null!;

    public RecordAlertsTests() => Environment.SetEnvironmentVariable("OTEL_METRIC_EXPORT_INTERVAL", "5000"); // of the processes that it starts

    [OnDemandFact("promtool")]
    public async Task Rules_fire_when_a_silo_or_every_portal_is_killed_the_database_stopped_and_a_row_of_the_ledger_changed_by_hand()
    {
        await using var collector = await OtlpCollector.Start();
        await using (cluster = await ClusterUnderTest.OnPostgres($"Telemetry:Otlp={collector.Address}", "Telemetry:Traces=0", "Silo:CountEvery=00:00:05", "Silo:VerifyEvery=00:01:00"))
        {
            recording = new MetricRecording(AlertRules.All.SelectMany(rule => AlertRules.MetricsIn(rule.Expression)).ToHashSet(), NameOf);
            collector.Metering = recording.Take;
            using var end = new CancellationTokenSource();
            var scraping = ScrapeUntil(end.Token);
            var tenant = await Work();
            await Scrapes(6);

            await Record("a silo is killed", "BillingSiloLost", () => cluster.Silos[1].Host.Kill(), 14, () => cluster.Silos[1].Start());
            await Record("every portal is killed", "BillingNoPortal", () => Task.WhenAll(cluster.Portals.Select(portal => portal.Host.Kill())), 10, () => cluster.Start());
            await Record("the database is stopped", "BillingDatabaseSilent", () => cluster.Postgres!.StopImmediately(), 6, () => cluster.Heal());
            await Record("a row of the ledger is changed by hand", "BillingLedgerDrift", () => Edit(tenant), 7, null);

            await end.CancelAsync();
            await scraping;
        }
        var recorded = Path.Combine(Repository.Folder, "tests", "OrleansBilling.EndToEnd.Tests", "Alerts", "recorded.test.yaml");
        await File.WriteAllTextAsync(recorded, file.ToString());
        await Promtool.Run("test", "rules", recorded);
    }

    public void Dispose() => Environment.SetEnvironmentVariable("OTEL_METRIC_EXPORT_INTERVAL", null);

    /// <summary>A minute before it, the fault, and a minute after it is healed. Nothing fires before and after, and this rule alone at the end of the fault.</summary>
    private async Task Record(string name, string alert, Func<Task> fault, int scrapes, Func<Task>? heal)
    {
        var from = recording.Scrapes - 4;
        var healthy = recording.Scrapes - 1;
        await fault();
        await Scrapes(scrapes);
        var broken = recording.Scrapes - 1;
        if (heal is not null)
        {
            await heal();
            await Scrapes(4);
        }
        var to = recording.Scrapes;
        file.AppendLine(CultureInfo.InvariantCulture, $"  - name: {name}").AppendLine("    interval: 15s").AppendLine("    input_series:");
        foreach (var (series, values) in recording.Between(from, to)) file.AppendLine(CultureInfo.InvariantCulture, $"      - series: '{series}'").AppendLine(CultureInfo.InvariantCulture, $"        values: '{values}'");
        file.AppendLine("    promql_expr_test:");
        Expect(healthy - from);
        Expect(broken - from, alert);
        if (heal is not null) Expect(to - 1 - from);
        file.AppendLine();
    }

    private void Expect(int scrape, string? alert = null)
    {
        file.AppendLine("      - expr: group by (alertname) (ALERTS{alertstate=\"firing\"})");
        file.AppendLine(CultureInfo.InvariantCulture, $"        eval_time: {(int)(scrape * MetricRecording.Interval).TotalSeconds}s");
        file.AppendLine(alert is null ? "        exp_samples: []" : $"        exp_samples: [{{labels: '{{alertname=\"{alert}\"}}', value: 1}}]");
    }

    private async Task<string> Work()
    {
        var tenants = new List<string>();
        for (var number = 0; number < 3; number++)
        {
            using var tenant = new PortalCaller(cluster.Portals[number % 2].Host);
            await tenant.SignIn($"tenant{number}@example.com");
            await tenant.TopUp("50.00");
            await tenant.CreateVm();
            tenants.Add(tenant.Tenant);
        }
        return tenants[0];
    }

    private Task Edit(string tenant) => PostgresServer.Execute(
        cluster.Owner,
        $"SET session_replication_role = replica; UPDATE ledger_entry SET description = 'Another source' WHERE number = 1 AND balance_number = (SELECT number FROM balance WHERE balance = 'vn/{tenant}')");

    private async Task ScrapeUntil(CancellationToken end)
    {
        using var timer = new PeriodicTimer(MetricRecording.Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(end)) recording.Scrape();
        }
        catch (OperationCanceledException)
        {
            // It has ended.
        }
    }

    private async Task Scrapes(int more)
    {
        for (var until = recording.Scrapes + more; recording.Scrapes < until; await Task.Delay(100))
        {
        }
    }

    // Silos are known by their ports, portals by the numbers of their processes.
    private string NameOf(string instance)
    {
        var number = instance[(instance.LastIndexOf(':') + 1)..];
        if (cluster.Silos.FirstOrDefault(silo => silo.Host.SiloPort.ToString(CultureInfo.InvariantCulture) == number) is { } silo) return silo.Name.Replace(' ', '-');
        if (!portals.Contains(number)) portals.Add(number);
        return string.Create(CultureInfo.InvariantCulture, $"portal-{portals.IndexOf(number) + 1}");
    }
}
