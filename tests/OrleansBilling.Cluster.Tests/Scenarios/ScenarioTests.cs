using System.Text.Json.Nodes;
using OrleansBilling.Cluster.Tests.Verification;
using OrleansBilling.Domain.Tests.Oracle;

namespace OrleansBilling.Cluster.Tests.Scenarios;

/// <summary>
/// Every story through the real grains: the same journal as the policy's, to the last digit, from a ledger that verifies after each step.
/// The tests of one class wait for each other, so the stories are shared out among four.
/// </summary>
public abstract class ScenarioTests
{
    private const int Shares = 4;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Scenarios");

    public static TheoryData<string> Share(int share) =>
        [.. Directory.GetFiles(Folder, "*.expected.json").Select(file => Path.GetFileName(file)[..^".expected.json".Length]).Order(StringComparer.Ordinal).Where((_, number) => number % Shares == share)];

    protected static async Task Play(string name)
    {
        var story = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, $"{name}.json")))!;
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, $"{name}.expected.json")))!;
        var played = await StoryThroughGrains.Play(story, CleanTests.Verified);
        Assert.True(JournalComparer.FirstDifference(expected, played) is null, JournalComparer.FirstDifference(expected, played) + "\n" + played.ToJsonString());
    }
}

public sealed class ScenarioTests1 : ScenarioTests
{
    [Theory]
    [MemberData(nameof(Share), 0)]
    public Task The_grains_play_a_story_as_the_policy_says_and_it_verifies_after_each_step(string name) => Play(name);
}

public sealed class ScenarioTests2 : ScenarioTests
{
    [Theory]
    [MemberData(nameof(Share), 1)]
    public Task The_grains_play_a_story_as_the_policy_says_and_it_verifies_after_each_step(string name) => Play(name);
}

public sealed class ScenarioTests3 : ScenarioTests
{
    [Theory]
    [MemberData(nameof(Share), 2)]
    public Task The_grains_play_a_story_as_the_policy_says_and_it_verifies_after_each_step(string name) => Play(name);
}

public sealed class ScenarioTests4 : ScenarioTests
{
    [Theory]
    [MemberData(nameof(Share), 3)]
    public Task The_grains_play_a_story_as_the_policy_says_and_it_verifies_after_each_step(string name) => Play(name);
}
