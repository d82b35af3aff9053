namespace OrleansBilling.Benchmarks;

/// <summary>The answer, as it goes into the README.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string[]> rows = [];

    public void Add(params string[] cells)
    {
        rows.Add(cells);
        Console.Error.WriteLine(string.Join(" | ", cells)); // while the others still run
    }

    public void Print()
    {
        Console.WriteLine($"| {string.Join(" | ", columns)} |");
        Console.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", columns.Length))}");
        foreach (var row in rows) Console.WriteLine($"| {string.Join(" | ", row)} |");
    }
}
