using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>What <c>verify</c> printed: a row for each of its invariants, e.g. <c>M4 VIOLATED …</c>. One without a row was looked at by nobody.</summary>
internal static class ProductChecks
{
    private static readonly string[] invariants = ["M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "M9", "M10", "M11"];

    public static void Check(CommandResult verified, CheckReport report)
    {
        var rows = verified.Output.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(words => words.Length > 1 && words[1] is "ok" or "VIOLATED").ToLookup(words => words[0]);
        foreach (var invariant in invariants)
        {
            var words = rows[invariant].ToArray();
            report.Look(invariant, words is [[_, "ok", ..]], $"verify says: {(words.Length == 1 ? string.Join(' ', words[0]) : $"{words.Length} rows of {invariant} in {verified.Output}")}");
        }
        var violated = rows.Any(row => row.Any(words => words[1] == "VIOLATED"));
        report.Look("M1", verified.ExitCode == (violated ? 1 : 0), $"verify ended with {verified.ExitCode}: {verified.Output}");
    }
}
