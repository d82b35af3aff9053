using System.Diagnostics;
using OrleansBilling.EndToEnd.Tests.Telemetry;

namespace OrleansBilling.EndToEnd.Tests.Alerts;

/// <summary>
/// What Prometheus would have read at a collector, scrape by scrape: the last value that came of each series, until nothing has come of it for
/// as long as the collector's metric_expiration says.
/// </summary>
/// <param name="wanted">The names of the series that are kept.</param>
/// <param name="nameOf">What a process is called in the recording, by its service.instance.id, which names a machine.</param>
internal sealed class MetricRecording(IReadOnlySet<string> wanted, Func<string, string> nameOf)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private const string Instance = "service_instance_id";
    private static readonly TimeSpan expiration = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (double Value, long At)> shown = [];
    private readonly List<Dictionary<string, double>> scrapes = [];

    public int Scrapes
    {
        get
        {
            lock (gate) return scrapes.Count;
        }
    }

    public void Take(ProtobufMessage request)
    {
        lock (gate)
            foreach (var (name, labels, value) in AsPrometheus.Of(request))
                if (wanted.Contains(name)) shown[SeriesOf(name, labels)] = (value, Stopwatch.GetTimestamp());
    }

    public void Scrape()
    {
        lock (gate) scrapes.Add(shown.Where(series => Stopwatch.GetElapsedTime(series.Value.At) < expiration).ToDictionary(series => series.Key, series => series.Value.Value));
    }

    /// <summary>The series of some scrapes, in promtool's notation.</summary>
    public IEnumerable<(string Series, string Values)> Between(int from, int to)
    {
        lock (gate)
        {
            var some = scrapes[from..to];
            return [.. some.SelectMany(scrape => scrape.Keys).Distinct().Order(StringComparer.Ordinal).Select(series => (series, Values(some, series)))];
        }
    }

    // What every process says of itself is the same in all of its series, and of it rules ask for the role alone.
    private string SeriesOf(string name, SortedDictionary<string, string> labels) => $"{name}{{{string.Join(',', labels
        .Where(label => !label.Key.StartsWith("service_", StringComparison.Ordinal) && !label.Key.StartsWith("telemetry_", StringComparison.Ordinal) && label.Key != "billing_cluster")
        .Prepend(new(Instance, nameOf(labels[Instance])))
        .Select(label => $"{label.Key}=\"{label.Value}\""))}}}";

    private static string Values(List<Dictionary<string, double>> scrapes, string series)
    {
        var (values, wasThere) = (new List<string>(), false);
        foreach (var scrape in scrapes)
        {
            var isThere = scrape.TryGetValue(series, out var value);
            values.Add(isThere ? AsPrometheus.Text(value) : wasThere ? "stale" : "_"); // Prometheus notes once that a series has gone
            wasThere = isThere;
        }
        // The same again and again is written once: 3x4 is 3 and four more of it.
        var runs = new List<(string Value, int Times)>();
        foreach (var value in values)
        {
            if (runs.Count > 0 && runs[^1].Value == value && value != "stale") runs[^1] = (value, runs[^1].Times + 1);
            else runs.Add((value, 1));
        }
        return string.Join(' ', runs.Select(run => run.Times == 1 ? run.Value : run.Value == "_" ? $"_x{run.Times}" : $"{run.Value}x{run.Times - 1}"));
    }
}
