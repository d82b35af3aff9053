using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>The instructions of the Dockerfile, in their order.</summary>
internal sealed partial class Dockerfile
{
    private readonly (string Word, string Arguments)[] instructions;

    private Dockerfile(string text) => instructions =
        [.. LineGoesOn().Replace(Comment().Replace(text, ""), " ").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => (line.Split(' ')[0], line[line.IndexOf(' ', StringComparison.Ordinal)..].Trim()))];

    public static Dockerfile Read() => new(File.ReadAllText(DeployFolder.Path("Dockerfile")));

    public IEnumerable<string> All(string word) => instructions.Where(instruction => instruction.Word == word).Select(instruction => instruction.Arguments);

    public string Last(string word) => All(word).Last();

    /// <summary>What is copied out of the repository, and where to.</summary>
    public IEnumerable<(string Source, string Target)> CopiedFromContext =>
        All("COPY").Where(copy => !copy.Contains("--from=", StringComparison.Ordinal)).Select(copy => copy.Split(' ')).SelectMany(words => words[..^1].Select(source => (source, words[^1])));

    /// <summary>What is copied out of an earlier stage.</summary>
    public IEnumerable<(string Source, string Target)> CopiedFromStages =>
        All("COPY").Where(copy => copy.Contains("--from=", StringComparison.Ordinal)).Select(copy => copy.Split(' ')[^2..]).Select(words => (words[0], words[1]));

    /// <summary>The settings that every container of the image has.</summary>
    public Dictionary<string, string> Environment => All("ENV").SelectMany(line => line.Split(' ')).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>A command in the form that needs no shell.</summary>
    public static string[] Command(string text) => JsonSerializer.Deserialize<string[]>(text[text.IndexOf('[', StringComparison.Ordinal)..])!;

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex LineGoesOn();

    [GeneratedRegex(@"(?m)^#.*$")]
    private static partial Regex Comment();
}
