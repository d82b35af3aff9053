namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>M10: an entry that was there once is there for ever, to the letter; told without any hash.</summary>
internal static class PrefixChecks
{
    public static void Check(LedgerSnapshot before, LedgerSnapshot now, CheckReport report)
    {
        var present = now.Entries.ToDictionary(entry => (entry.Balance, entry.Number));
        foreach (var entry in before.Entries)
            report.Look(
                "M10", present.TryGetValue((entry.Balance, entry.Number), out var same) && same with { Lines = entry.Lines } == entry && same.Lines.SequenceEqual(entry.Lines),
                $"{entry.Balance} entry {entry.Number} is not what it was");
    }
}
