using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansBilling.EndToEnd.Tests.Cluster;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.Grains.Ledger.Postgres;

namespace OrleansBilling.EndToEnd.Tests.Alerts;

/// <summary>That Prometheus takes the rules, that each fires when it should, and that whoever is called finds its page.</summary>
public sealed partial class AlertTests
{
    private static readonly string tests = Path.Combine(Repository.Folder, "tests", "OrleansBilling.EndToEnd.Tests", "Alerts");

    [PromtoolFact]
    public Task Prometheus_takes_the_rules() => Promtool.Run("check", "rules", AlertRules.RulesFile);

    [PromtoolFact]
    public Task Rules_fire_on_the_recorded_metrics_of_a_killed_silo_killed_portals_a_stopped_database_and_a_row_changed_by_hand() => Promtool.Run("test", "rules", Path.Combine(tests, "recorded.test.yaml"));

    [PromtoolFact]
    public Task The_other_rules_fire_on_metrics_made_by_hand_and_all_end_with_what_they_are_for() => Promtool.Run("test", "rules", Path.Combine(tests, "by-hand.test.yaml"));

    [Fact]
    public async Task Every_rule_fires_in_one_of_these_tests()
    {
        var fired = string.Concat(await Task.WhenAll(Directory.GetFiles(tests, "*.test.yaml").Select(file => File.ReadAllTextAsync(file))));
        Assert.NotEmpty(AlertRules.All);
        Assert.Empty(AlertRules.All.Where(rule => !fired.Contains($"{{alertname=\"{rule.Name}\"}}", StringComparison.Ordinal)).Select(rule => rule.Name));
    }

    [Fact]
    public async Task Every_rule_that_fires_in_one_of_these_tests_ends_in_one_too()
    {
        var scenarios = (await Task.WhenAll(Directory.GetFiles(tests, "*.test.yaml").Select(file => File.ReadAllTextAsync(file)))).SelectMany(file => file.Split("\n  - name: ").Skip(1)).ToArray();
        Assert.Empty(AlertRules.All.Where(rule => !scenarios.Any(scenario => Ends(scenario, rule.Name))).Select(rule => rule.Name));

        static bool Ends(string scenario, string alert)
        {
            var fires = scenario.LastIndexOf($"{{alertname=\"{alert}\"}}", StringComparison.Ordinal);
            return fires >= 0 && scenario.IndexOf("exp_samples: []", fires, StringComparison.Ordinal) >= 0;
        }
    }

    [Fact]
    public async Task Every_rule_names_its_page_in_the_runbook_and_every_page_is_of_a_rule()
    {
        var pages = PageOfAnAlert().Matches(await File.ReadAllTextAsync(AlertRules.RunbookFile)).Select(page => page.Groups[1].Value).ToArray();
        Assert.Equal(AlertRules.All.Select(rule => rule.Name).Order(), pages.Order());
        Assert.Equal(AlertRules.All.Select(rule => $"deploy/README.md#{rule.Name.ToLowerInvariant()}"), AlertRules.All.Select(rule => rule.Runbook)); // as Markdown names a heading
    }

    [PostgresFact]
    public async Task Every_query_of_these_pages_runs_with_a_login_of_a_node()
    {
        await using var server = await PostgresServer.Run();
        var owner = await server.NewDatabase("billing");
        await PostgresMigrations.Apply(owner, OrleansTables.ApplicationRole);
        await PostgresServer.Execute(owner, $"CREATE ROLE node LOGIN IN ROLE {OrleansTables.ApplicationRole}");
        var pages = (await File.ReadAllTextAsync(AlertRules.RunbookFile)).Split("\n## What each alert means")[1].Split("\n## ")[0];
        var queries = Sql().Matches(pages).Select(query => query.Groups[1].Value).ToArray();
        Assert.NotEmpty(queries);
        foreach (var query in queries) await PostgresServer.Execute(server.ConnectionStringOf("billing", "node"), query);
    }

    [Fact]
    public async Task The_dashboard_is_one_that_Grafana_takes()
    {
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(AlertRules.DashboardFile));
        var root = dashboard.RootElement;
        Assert.Equal("orleans-billing", root.GetProperty("uid").GetString());
        Assert.True(root.GetProperty("schemaVersion").GetInt32() >= 39);
        var panels = root.GetProperty("panels").EnumerateArray().ToArray();
        Assert.Equal(panels.Length, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        var taken = new HashSet<(int, int)>();
        foreach (var panel in panels)
        {
            Assert.NotEqual("", panel.GetProperty("title").GetString());
            var place = panel.GetProperty("gridPos");
            int Of(string side) => place.GetProperty(side).GetInt32();
            Assert.InRange(Of("x") + Of("w"), 1, 24);
            for (var x = Of("x"); x < Of("x") + Of("w"); x++)
                for (var y = Of("y"); y < Of("y") + Of("h"); y++) Assert.True(taken.Add((x, y)), $"{panel.GetProperty("title")} covers another panel.");
            if (panel.GetProperty("type").GetString() == "row") continue;
            Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString());
            var queries = panel.GetProperty("targets").EnumerateArray().ToArray();
            Assert.NotEmpty(queries);
            Assert.Equal(queries.Length, queries.Select(query => query.GetProperty("refId").GetString()).Distinct().Count());
        }
    }

    [PromtoolFact]
    public async Task Prometheus_takes_every_query_of_the_dashboard()
    {
        var rules = AlertRules.Queries.Select((query, number) => string.Create(
            CultureInfo.InvariantCulture, $"      - {{record: query:{number}, expr: {JsonSerializer.Serialize(query.Replace("$__rate_interval", "5m", StringComparison.Ordinal))}}}"));
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, ["groups:", "  - name: dashboard", "    rules:", .. rules]);
            await Promtool.Run("check", "rules", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex("^```sql\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Sql();

    [GeneratedRegex("^### (Billing\\w+)$", RegexOptions.Multiline)]
    private static partial Regex PageOfAnAlert();
}
