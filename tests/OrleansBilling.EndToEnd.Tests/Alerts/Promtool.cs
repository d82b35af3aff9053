using System.Diagnostics;
using OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

namespace OrleansBilling.EndToEnd.Tests.Alerts;

/// <summary>The program that comes with Prometheus and says whether it takes a file.</summary>
internal static class Promtool
{
    private const string Name = "promtool";

    public static string? Missing { get; } = Command.Exists(Name) ? null : "promtool is not installed: apt-get install prometheus.";

    /// <summary>Runs it; what it does not accept is in the message.</summary>
    public static async Task Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, string.Concat(said));
    }
}

/// <summary>A test that needs promtool on this machine. Without it the test is skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute() => Skip = Promtool.Missing;
}
