using OrleansBilling.Domain.Tests.Oracle;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Simulator;
using Xunit.Abstractions;

namespace OrleansBilling.Domain.Tests.Stories;

/// <summary>The domain, which computes, against the oracle, which counts second by second.</summary>
public sealed class OracleTests(ITestOutputHelper output)
{
    [Fact]
    public void A_random_story_is_told_as_the_oracle_tells_it() => Seeds.Try(1000, output, seed =>
    {
        var story = RandomStory.Generate(seed);
        return JournalComparer.FirstDifference(NaiveOracle.Play(story), Simulation.Play(Story.Parse(story.ToJsonString())).ToNode());
    });

    [Fact]
    public void The_stories_meet_every_kind_of_row()
    {
        var met = Enumerable.Range(1, 20).SelectMany(seed => NaiveOracle.Play(RandomStory.Generate(seed))["journal"]!.AsArray()).Select(row => (string)row!["type"]!).ToHashSet();

        foreach (var type in new[] { "credit", "charge", "expiry", "adjustment", "revocation", "low", "refused", "stopOrdered", "negative", "cured", "deleteOrdered" }) Assert.Contains(type, met);
    }
}
