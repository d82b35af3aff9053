using System.Text.Json.Nodes;
using OrleansBilling.Cluster.Tests.Scenarios;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Tests.Oracle;
using OrleansBilling.Grains.Verification;

namespace OrleansBilling.Cluster.Tests.Verification;

/// <summary>What the grains write verifies at every moment, whatever is underway.</summary>
public sealed class CleanTests
{
    public static TheoryData<string> Stories => ScenarioTests.Stories;

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task A_story_verifies_after_each_of_its_steps(string name)
    {
        var story = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Scenarios", $"{name}.json")))!;
        await StoryThroughGrains.Play(story, Verified);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(21)]
    [InlineData(33)]
    public async Task A_random_story_verifies_after_each_of_its_steps(int seed) =>
        await StoryThroughGrains.Play(RandomStory.Generate(seed), Verified);

    [Fact]
    public async Task A_balance_that_is_being_written_verifies()
    {
        await using var cluster = await BusyStory.Begin(setup => setup.OnDisk = true);
        using var over = new CancellationTokenSource();
        var looks = 0;
        var looking = Task.Run(async () =>
        {
            for (; !over.IsCancellationRequested; looks++) await Verified(cluster);
        });
        await BusyStory.GoOn(cluster);
        await over.CancelAsync();
        await looking;
        Assert.True(looks > 10, $"Looked {looks} times.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Everything_is_compared_once_nothing_is_underway_and_M9_is_said_to_be_left_out(bool onDisk)
    {
        await using var cluster = await BusyStory.Play(setup => setup.OnDisk = onDisk);
        var result = await cluster.Service<LedgerVerification>().Verify(cluster.Tenant);
        Assert.Empty(result.Found);
        Assert.Equal((3, 0), (result.Vms, result.Waiting));
        Assert.Equal((await cluster.Entries()).Length, result.Entries);

        var report = new VerificationReport();
        report.Add(result);
        Assert.Equal(Enumerable.Range(1, 11).Select(number => $"M{number}"), report.Rows().Select(row => row.Split(' ')[0]));
        Assert.Equal("M9  not checked: no gateway yet", report.Rows().ElementAt(8));
        Assert.All(report.Rows().Where(row => !row.StartsWith("M9", StringComparison.Ordinal)), row => Assert.Contains(" ok ", row, StringComparison.Ordinal));
    }

    private static async Task Verified(BillingCluster cluster) =>
        Assert.Empty((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);
}
