using System.Text.Json.Nodes;
using OrleansBilling.Domain.Tests.Oracle;

namespace OrleansBilling.Cluster.Tests.Scenarios;

/// <summary>Every story through the real grains: the same journal as the policy's, to the last digit.</summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> Stories => [.. Directory.GetFiles(Folder, "*.expected.json").Select(file => Path.GetFileName(file)[..^".expected.json".Length]).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Scenarios");

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task The_grains_play_a_story_as_the_policy_says(string name)
    {
        var story = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, $"{name}.json")))!;
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, $"{name}.expected.json")))!;
        var played = await StoryThroughGrains.Play(story);
        Assert.True(JournalComparer.FirstDifference(expected, played) is null, JournalComparer.FirstDifference(expected, played) + "\n" + played.ToJsonString());
    }
}
