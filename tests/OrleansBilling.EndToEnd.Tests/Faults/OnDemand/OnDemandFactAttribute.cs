using Xunit.Sdk;

namespace OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

/// <summary>
/// A test that takes the machine itself in hand: as root, with tools that not every machine has. It is there only when
/// <c>BILLING_ON_DEMAND</c> is set; then, where something is missing, it is skipped, visibly.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("OrleansBilling.EndToEnd.Tests.Faults.OnDemand.OnDemandDiscoverer", "OrleansBilling.EndToEnd.Tests")]
public sealed class OnDemandFactAttribute : FactAttribute
{
    /// <param name="tools">The programs that it needs.</param>
    public OnDemandFactAttribute(params string[] tools)
    {
        var missing = tools.Where(tool => !Command.Exists(tool)).ToArray();
        Tools = tools;
        Skip = !Environment.IsPrivilegedProcess ? "This needs root."
            : missing.Length > 0 ? $"Not installed: {string.Join(", ", missing)}."
            : Database.PostgresFactAttribute.Missing;
    }

    public IReadOnlyList<string> Tools { get; }
}

/// <summary>Finds such tests only where they are asked for: a test that is not there is not skipped.</summary>
public sealed class OnDemandDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("BILLING_ON_DEMAND")) ? [] : new FactDiscoverer(messages).Discover(discoveryOptions, testMethod, factAttribute);
}
