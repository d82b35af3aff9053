using System.Globalization;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>The test of the checker's reading of <c>verify</c>.</summary>
public sealed class ProductChecksTests
{
    private static readonly string[] clean = [.. Enumerable.Range(1, 11).Select(number => string.Create(CultureInfo.InvariantCulture, $"{"M" + number,-4}ok        4 balances, 9 entries"))];

    [Fact]
    public void Eleven_rows_that_are_ok_are_clean() => Assert.Empty(Violated(0, clean));

    [Fact]
    public void M1_to_M11_Rows_that_are_not_printed_are_violated() => Assert.Equal(11, Violated(0).Count);

    [Fact]
    public void M4_One_row_that_is_missing_is_named() => Assert.Equal(["M4"], Violated(0, [.. clean.Where(row => !row.StartsWith("M4 ", StringComparison.Ordinal))]));

    [Fact]
    public void M10_A_violated_row_is_named() => Assert.Equal(["M10"], Violated(1, [.. clean[..9], "M10 VIOLATED  vn/t: entry 2", clean[10]]));

    [Fact]
    public void M1_An_end_that_says_otherwise_than_the_rows_is_named() => Assert.Equal(["M1"], Violated(1, clean));

    private static IReadOnlyCollection<string> Violated(int exitCode, params string[] rows)
    {
        var report = new CheckReport();
        ProductChecks.Check(new CommandResult(exitCode, string.Join('\n', rows)), report);
        return report.Violated;
    }
}
