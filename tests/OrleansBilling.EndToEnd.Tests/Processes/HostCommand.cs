using System.Diagnostics;

namespace OrleansBilling.EndToEnd.Tests.Processes;

/// <summary>A command of the host that does its work and ends, such as <c>migrate</c> and <c>verify</c>.</summary>
internal static class HostCommand
{
    /// <param name="command">The command.</param>
    /// <param name="settings">Settings in the form <c>Database:ConnectionString=…</c>.</param>
    public static async Task<CommandResult> Run(string command, params IEnumerable<string> settings)
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [BillingHost.Assembly, command, .. settings.Select(setting => $"--{setting}")])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment.Remove("ASPNETCORE_URLS");
        using var process = Process.Start(start)!;
        // A word that it does not know would start a silo.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var ending = limit.Token.Register(process.Kill);
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, string.Concat(texts));
    }
}

internal sealed record CommandResult(int ExitCode, string Output)
{
    /// <summary>The same, when it succeeded.</summary>
    public CommandResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"Ended with {ExitCode}: {Output}");
        return this;
    }
}
