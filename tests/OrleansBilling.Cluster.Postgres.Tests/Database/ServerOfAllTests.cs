using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("OrleansBilling.Cluster.Tests.Database.ServerOfAllTests", "OrleansBilling.Cluster.Postgres.Tests")]

namespace OrleansBilling.Cluster.Tests.Database;

/// <summary>xUnit as it is; when the last test has ended the server ends too. The end of the process would not leave the time for it.</summary>
public sealed class ServerOfAllTests(IMessageSink messages) : XunitTestFramework(messages)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) => new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider sources, IMessageSink messages) : XunitTestFrameworkExecutor(assembly, sources, messages)
    {
        protected override async void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
        {
            using var runner = new Runner(TestAssembly, testCases, DiagnosticMessageSink, executionMessageSink, executionOptions);
            await runner.RunAsync();
        }
    }

    private sealed class Runner(ITestAssembly assembly, IEnumerable<IXunitTestCase> tests, IMessageSink messages, IMessageSink results, ITestFrameworkExecutionOptions options)
        : XunitTestAssemblyRunner(assembly, tests, messages, results, options)
    {
        protected override async Task BeforeTestAssemblyFinishedAsync()
        {
            await TestDatabase.StopServer();
            await base.BeforeTestAssemblyFinishedAsync();
        }
    }
}
