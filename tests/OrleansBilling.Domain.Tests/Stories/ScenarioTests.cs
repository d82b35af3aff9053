using System.Text.Json.Nodes;
using OrleansBilling.Domain.Tests.Oracle;
using OrleansBilling.Simulator;

namespace OrleansBilling.Domain.Tests.Stories;

/// <summary>The stories of the folder <c>Scenarios</c>, to the last digit.</summary>
public sealed class ScenarioTests
{
    private const string Expected = ".expected.json";

    private static readonly string folder = Path.Combine(AppContext.BaseDirectory, "Scenarios");

    /// <summary>Every scenario's name.</summary>
    public static TheoryData<string> Names() =>
        [.. Directory.GetFiles(folder, "*" + Expected).Select(path => Path.GetFileName(path)[..^Expected.Length]).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_story_is_told_as_expected(string name)
    {
        var story = File.ReadAllText(Path.Combine(folder, name + ".json"));
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, name + Expected)))!;

        Assert.Null(JournalComparer.FirstDifference(expected, Simulation.Play(Story.Parse(story)).ToNode()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_tells_it_so_too(string name)
    {
        var story = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, name + ".json")))!;
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, name + Expected)))!;

        Assert.Null(JournalComparer.FirstDifference(expected, NaiveOracle.Play(story)));
    }

    [Fact]
    public void Every_story_of_the_folder_has_its_expected_end() =>
        Assert.Equal(Directory.GetFiles(folder, "*.json").Length, 2 * Directory.GetFiles(folder, "*" + Expected).Length);
}
