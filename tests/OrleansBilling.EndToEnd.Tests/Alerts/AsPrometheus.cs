using System.Globalization;
using System.Text.RegularExpressions;
using OrleansBilling.EndToEnd.Tests.Telemetry;

namespace OrleansBilling.EndToEnd.Tests.Alerts;

/// <summary>
/// Metrics as the collector's exporter for Prometheus shows them, with add_metric_suffixes and resource_to_telemetry_conversion on: the
/// names that rules and dashboard ask for. Field numbers are those of opentelemetry-proto 1.
/// </summary>
internal static partial class AsPrometheus
{
    private static readonly Dictionary<string, string> units = new()
    {
        ["d"] = "days", ["h"] = "hours", ["min"] = "minutes", ["s"] = "seconds", ["ms"] = "milliseconds", ["us"] = "microseconds", ["ns"] = "nanoseconds",
        ["By"] = "bytes", ["KiBy"] = "kibibytes", ["MiBy"] = "mebibytes", ["GiBy"] = "gibibytes", ["KBy"] = "kilobytes", ["MBy"] = "megabytes", ["GBy"] = "gigabytes", ["%"] = "percent", ["1"] = "",
    };

    /// <summary>All series of a request with their values; a histogram is its buckets, its count and its sum.</summary>
    public static IEnumerable<(string Name, SortedDictionary<string, string> Labels, double Value)> Of(ProtobufMessage request) =>
        from resource in request.All(1)
        let common = resource.All(1).SelectMany(attributes => LabelsOf(attributes, 1)).ToArray()
        from metric in resource.All(2, 2)
        from series in Series(metric)
        select (series.Name, new SortedDictionary<string, string>(common.Concat(series.Labels).DistinctBy(label => label.Key).ToDictionary(), StringComparer.Ordinal), series.Value);

    private static IEnumerable<(string Name, IEnumerable<KeyValuePair<string, string>> Labels, double Value)> Series(ProtobufMessage metric)
    {
        foreach (var point in metric.All(5, 1)) yield return (NameOf(metric, grows: false, isGauge: true), LabelsOf(point, 7), ValueOf(point));
        foreach (var sum in metric.All(7))
            foreach (var point in sum.All(1)) yield return (NameOf(metric, grows: sum.Number(3) == 1, isGauge: false), LabelsOf(point, 7), ValueOf(point));
        foreach (var point in metric.All(9, 1))
        {
            var (name, labels) = (NameOf(metric, grows: false, isGauge: false), LabelsOf(point, 9).ToArray());
            var (below, bounds) = (0.0, point.Packed(7).Select(BitConverter.UInt64BitsToDouble).Select(Text).Append("+Inf"));
            foreach (var (count, bound) in point.Packed(6).Zip(bounds)) yield return ($"{name}_bucket", labels.Append(new("le", bound)), below += count);
            yield return ($"{name}_count", labels, point.Number(4) ?? 0);
            yield return ($"{name}_sum", labels, BitConverter.UInt64BitsToDouble(point.Number(5) ?? 0));
        }
    }

    private static string NameOf(ProtobufMessage metric, bool grows, bool isGauge)
    {
        var words = NotOfAName().Split(metric.Text(1)).Where(word => word.Length > 0).ToList();
        var unit = metric.Text(3).Trim();
        var parts = unit.Split('/', 2);
        if (Word(parts[0]) is { Length: > 0 } main && !words.Contains(main)) words.Add(main);
        if (parts.Length > 1 && Word(parts[1]).TrimEnd('s') is { Length: > 0 } per && !words.Contains(per)) words.AddRange(["per", per]);
        if (grows) words = [.. words.Where(word => word != "total"), "total"];
        if (unit == "1" && isGauge) words = [.. words.Where(word => word != "ratio"), "ratio"];
        return string.Join('_', words);

        static string Word(string unit) => unit.Contains('{', StringComparison.Ordinal) ? "" : NotOfAName().Replace(units.GetValueOrDefault(unit, unit), "_").Trim('_');
    }

    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    // A number of 64 bits, or a double of as many.
    private static double ValueOf(ProtobufMessage point) => point.Number(6) is { } whole ? unchecked((long)whole) : BitConverter.UInt64BitsToDouble(point.Number(4) ?? 0);

    private static IEnumerable<KeyValuePair<string, string>> LabelsOf(ProtobufMessage of, int field) => of.All(field).Select(pair =>
        new KeyValuePair<string, string>(NotOfALabel().Replace(pair.Text(1), "_"), TextOf(pair.All(2).Single())));

    private static string TextOf(ProtobufMessage value) =>
        value.Number(3) is { } whole ? Text(unchecked((long)whole)) : value.Number(2) is { } truth ? (truth == 1 ? "true" : "false") : value.Text(1);

    [GeneratedRegex("[^a-zA-Z0-9:]+")]
    private static partial Regex NotOfAName();

    [GeneratedRegex("[^a-zA-Z0-9_]")]
    private static partial Regex NotOfALabel();
}
