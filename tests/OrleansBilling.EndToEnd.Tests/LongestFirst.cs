using OrleansBilling.EndToEnd.Tests.Faults;

[assembly: TestCollectionOrderer("OrleansBilling.EndToEnd.Tests.LongestFirst", "OrleansBilling.EndToEnd.Tests")]

namespace OrleansBilling.EndToEnd.Tests;

/// <summary>The tests that take longest one after the other begin first, and the others run beside them.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => collection.DisplayName != OnOneCluster.Name);
}
