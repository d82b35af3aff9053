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
}
