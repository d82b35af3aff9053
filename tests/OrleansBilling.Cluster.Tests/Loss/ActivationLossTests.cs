using System.Text.Json.Nodes;
using OrleansBilling.Cluster.Tests.Scenarios;
using OrleansBilling.Domain.Tests.Oracle;

namespace OrleansBilling.Cluster.Tests.Loss;

/// <summary>Activations end at any moment, in every phase of the ladder: the journal is the same.</summary>
public abstract class ActivationLossTests
{
    protected static async Task Play(string name, int seed)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Scenarios");
        var story = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, $"{name}.json")))!;
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, $"{name}.expected.json")))!;
#pragma warning disable CA5394 // the same choices with every run
        var chance = new Random(seed);
        var ended = 0;
        var played = await StoryThroughGrains.Play(story, async cluster =>
        {
            var grains = cluster.Vms.Select(vm => (IGrain)cluster.Vm(vm)).Append(cluster.Balance);
            foreach (var grain in grains.Where(_ => chance.Next(3) == 0).ToList())
            {
                await cluster.Cluster.DeactivateAsync(grain);
                ended++;
            }
        });
#pragma warning restore CA5394
        Assert.True(JournalComparer.FirstDifference(expected, played) is null, JournalComparer.FirstDifference(expected, played) + "\n" + played.ToJsonString());
        Assert.NotEqual(0, ended);
    }
}

/// <summary>In the stories that somebody wrote.</summary>
public sealed class WrittenStoryLossTests : ActivationLossTests
{
    [Theory]
    [InlineData("running-out-and-deletion", 1)]
    [InlineData("running-out-and-deletion", 2)]
    [InlineData("running-out-and-cure", 3)]
    [InlineData("credits-that-start-and-end", 4)]
    [InlineData("billed-statuses", 5)]
    [InlineData("price-change", 6)]
    [InlineData("exactly-zero", 7)]
    public Task M4_M12_activations_that_end_between_any_two_steps_change_nothing_in_the_journal(string name, int seed) => Play(name, seed);
}

/// <summary>In some that chance wrote.</summary>
public sealed class RandomStoryLossTests : ActivationLossTests
{
    [Theory]
    [InlineData("story-9", 8)]
    [InlineData("story-13", 9)]
    [InlineData("story-51", 10)]
    public Task M4_M12_activations_that_end_between_any_two_steps_change_nothing_in_the_journal(string name, int seed) => Play(name, seed);
}
