using System.Globalization;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>A row for every invariant: how much was looked at, and what was wrong.</summary>
internal sealed class CheckReport
{
    private readonly SortedDictionary<string, (int Looked, List<string> Violations)> rows = new(StringComparer.Ordinal);

    public bool IsClean => rows.Values.All(row => row.Violations.Count == 0);

    public IReadOnlyCollection<string> Violated => [.. rows.Where(row => row.Value.Violations.Count > 0).Select(row => row.Key)];

    /// <summary>Looks at one thing.</summary>
    /// <param name="invariant">The invariant that it must hold.</param>
    /// <param name="holds">Whether it does.</param>
    /// <param name="violation">What is wrong otherwise.</param>
    public void Look(string invariant, bool holds, FormattableString violation)
    {
        var (looked, violations) = rows.GetValueOrDefault(invariant, (0, []));
        if (!holds) violations.Add(violation.ToString(CultureInfo.InvariantCulture));
        rows[invariant] = (looked + 1, violations);
    }

    /// <summary>Where there was nothing to look at, that is wrong itself.</summary>
    public void MustHaveLookedAt(string invariant)
    {
        if (Looked(invariant) == 0) Look(invariant, false, $"nothing was looked at");
    }

    /// <summary>The same rows, to look on from here and perhaps once more.</summary>
    public CheckReport Copy()
    {
        var copy = new CheckReport();
        copy.Take(this);
        return copy;
    }

    /// <summary>Has the rows of another one from now on.</summary>
    public void Take(CheckReport other)
    {
        rows.Clear();
        foreach (var (invariant, (looked, violations)) in other.rows) rows[invariant] = (looked, [.. violations]);
    }

    /// <summary>How much was looked at.</summary>
    public int Looked(string invariant) => rows.GetValueOrDefault(invariant).Looked;

    public override string ToString() => string.Join('\n', rows
        .OrderBy(row => row.Key[0] switch { 'M' => 0, 'E' => 1, _ => 2 }).ThenBy(row => int.Parse(row.Key.Split(' ')[0][1..], CultureInfo.InvariantCulture))
        .Select(row => row.Value.Violations.Count == 0
            ? $"{row.Key,-7} ok ({row.Value.Looked})"
            : $"{row.Key,-7} VIOLATED {row.Value.Violations.Count} of {row.Value.Looked}, first: {string.Join("; ", row.Value.Violations.Take(3))}"));
}
