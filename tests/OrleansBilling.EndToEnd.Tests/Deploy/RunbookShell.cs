using System.Diagnostics;
using OrleansBilling.EndToEnd.Tests.Database;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>Runs lines of the runbook as an operator would: with the variables that the page names, in a folder of the operator's own.</summary>
internal sealed class RunbookShell(string folder, IReadOnlyDictionary<string, string> variables)
{
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(1);

    /// <summary>Runs a block; ends the test when one of its lines fails.</summary>
    /// <returns>What it said.</returns>
    public Task<string> Run(RunbookBlock block) => Bash(block, "-c", $"set -euo pipefail\n{block.Lines}");

    /// <summary>Only asks whether a shell would understand it.</summary>
    public Task<string> Parse(RunbookBlock block) => Bash(block, "-n", "-c", block.Lines);

    private async Task<string> Bash(RunbookBlock block, params string[] arguments)
    {
        var asServer = block.Where == "database" && Environment.IsPrivilegedProcess;
        string[] program = asServer ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "bash", .. arguments] : ["bash", .. arguments];
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" < /dev/null 2>&1", "sh", .. program]) { RedirectStandardOutput = true, WorkingDirectory = asServer ? "/" : folder };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        start.Environment["PATH"] = $"{PostgresServer.Programs}:{start.Environment["PATH"]}";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        using var bash = Process.Start(start)!;
        using var end = new CancellationTokenSource(limit);
        var said = await bash.StandardOutput.ReadToEndAsync(end.Token);
        await bash.WaitForExitAsync(end.Token);
        Assert.True(bash.ExitCode == 0, $"{block}\nended with {bash.ExitCode}: {said}");
        return said;
    }
}
