using OrleansBilling.EndToEnd.Tests.Faults;
using OrleansBilling.EndToEnd.Tests.Faults.Guards;
using OrleansBilling.EndToEnd.Tests.RunningOut;

[assembly: TestCollectionOrderer("OrleansBilling.EndToEnd.Tests.LongestFirst", "OrleansBilling.EndToEnd.Tests")]

namespace OrleansBilling.EndToEnd.Tests;

/// <summary>The tests that take longest one after the other begin first, and the others run beside them.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] longest = [OnOneCluster.Name, nameof(EnvironmentFaultTests), nameof(GuardRemovalTests), nameof(UnpaidLadderTests), nameof(CuredLadderTests)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => !longest.Any(name => collection.DisplayName.EndsWith(name, StringComparison.Ordinal)));
}
