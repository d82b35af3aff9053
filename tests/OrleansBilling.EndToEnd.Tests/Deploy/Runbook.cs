namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>The shell lines of <c>deploy/README.md</c>, in their order.</summary>
internal static class Runbook
{
    private const string Fence = "```";

    public static RunbookBlock[] Blocks { get; } = [.. Read(File.ReadLines(DeployFolder.Path("README.md")))];

    private static IEnumerable<RunbookBlock> Read(IEnumerable<string> lines)
    {
        var (section, where, block) = ("", (string?)null, new List<string>());
        var inOther = false;
        foreach (var line in lines)
        {
            if (where is not null && line == Fence)
            {
                yield return new RunbookBlock(section, where, string.Join('\n', block));
                (where, block) = (null, []);
            }
            else if (where is not null) block.Add(line);
            else if (!inOther && line.StartsWith($"{Fence}sh", StringComparison.Ordinal)) where = line[5..].Trim();
            else if (line.StartsWith(Fence, StringComparison.Ordinal)) inOther = !inOther;
            else if (!inOther && line.StartsWith('#')) section = line.TrimStart('#', ' ');
        }
    }
}

/// <param name="Section">The heading above it.</param>
/// <param name="Where">What follows <c>sh</c>. Nothing: it runs anywhere; <c>database</c>: as the user of the database's server; <c>engine</c>, <c>example</c>: not in a test.</param>
/// <param name="Lines">Its text.</param>
internal sealed record RunbookBlock(string Section, string Where, string Lines)
{
    public override string ToString() => $"{Section}:\n{Lines}";
}
