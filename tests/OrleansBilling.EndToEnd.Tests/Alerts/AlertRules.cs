using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansBilling.EndToEnd.Tests.Alerts;

/// <summary>The files that operators get, as far as tests read them.</summary>
internal static partial class AlertRules
{
    private static readonly string deploy = Path.Combine(Repository.Folder, "deploy");

    public static string RunbookFile { get; } = Path.Combine(deploy, "README.md");

    public static string RulesFile { get; } = Path.Combine(deploy, "grafana", "alerts.yaml");

    public static string DashboardFile { get; } = Path.Combine(deploy, "grafana", "dashboard.json");

    /// <summary>Name, expression and runbook page of each rule; every value is on the line of its key.</summary>
    public static IReadOnlyList<(string Name, string Expression, string Runbook)> All { get; } =
        [.. File.ReadAllText(RulesFile).Split("- alert: ").Skip(1).Select(rule => (rule.Split('\n')[0], ValueOf("expr", rule), ValueOf("runbook", rule)))];

    /// <summary>What the dashboard asks.</summary>
    public static IReadOnlyList<string> Queries { get; } =
    [
        .. from panel in JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(DashboardFile)).GetProperty("panels").EnumerateArray()
           where panel.TryGetProperty("targets", out _)
           from query in panel.GetProperty("targets").EnumerateArray()
           select query.GetProperty("expr").GetString(),
    ];

    /// <summary>All metrics that rules and dashboard ask for.</summary>
    public static IReadOnlySet<string> Metrics { get; } = All.Select(rule => rule.Expression).Concat(Queries).SelectMany(MetricsIn).ToHashSet();

    /// <summary>The metrics that an expression asks for, by their names in Prometheus.</summary>
    public static IEnumerable<string> MetricsIn(string expression) => Metric().Matches(Labels().Replace(expression, "")).Select(found => found.Value);

    private static string ValueOf(string key, string rule) => Regex.Match(rule, $"^ *{key}: (.*)$", RegexOptions.Multiline).Groups[1].Value;

    [GeneratedRegex(@"\{[^}]*\}|\b(by|on)\s*\([^)]*\)")]
    private static partial Regex Labels();

    [GeneratedRegex(@"\b(billing|orleans|http|db|dotnet)_\w+")]
    private static partial Regex Metric();
}
