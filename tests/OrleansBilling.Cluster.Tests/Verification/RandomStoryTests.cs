using OrleansBilling.Cluster.Tests.Scenarios;
using OrleansBilling.Domain.Tests.Oracle;

namespace OrleansBilling.Cluster.Tests.Verification;

/// <summary>What the grains write of stories that nobody chose verifies at every moment.</summary>
public sealed class RandomStoryTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(21)]
    [InlineData(33)]
    public async Task A_random_story_verifies_after_each_of_its_steps(int seed) =>
        await StoryThroughGrains.Play(RandomStory.Generate(seed), CleanTests.Verified);
}
