using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>A test that also needs libfaketime. Without it the test is skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FakeTimeFactAttribute : FactAttribute
{
    public FakeTimeFactAttribute() => Skip = PostgresFactAttribute.Missing ?? (ClusterProcess.CanFakeTime ? null : "libfaketime is not installed: apt-get install faketime.");
}
