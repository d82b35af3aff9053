using Microsoft.Extensions.Hosting;

namespace OrleansBilling.EndToEnd.Tests.Processes;

/// <summary>A part of a process that does not listen when it is asked to give up its work.</summary>
internal sealed class NeverStopped : IHostedService
{
    public const string Variable = "BILLING_TEST_NEVER_STOPPED";

    /// <summary>What a process is started with to have such a part.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Variables =>
    [
        new("DOTNET_STARTUP_HOOKS", typeof(NeverStopped).Assembly.Location),
        new(Variable, "true"),
    ];

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, CancellationToken.None);
}
