using System.Diagnostics;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>Runs lines of the runbook as an operator would: with the variables that the page names, in a folder of the operator's own.</summary>
internal sealed class RunbookShell(string folder, IReadOnlyDictionary<string, string> variables)
{
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(10); // only ends what would never end

    /// <summary>A folder of programs that are taken before those of the machine.</summary>
    public string? Programs { get; init; }

    /// <summary>Whether lines for the database's user are run by another one, where there is one.</summary>
    public bool AsSomebodyElse { get; init; }

    /// <summary>The same with another value of a variable.</summary>
    public RunbookShell With(string variable, string value) => new(folder, new Dictionary<string, string>(variables) { [variable] = value }) { Programs = Programs };

    /// <summary>The same with other programs, or as another user.</summary>
    public RunbookShell With(string? programs = null, bool asSomebodyElse = false) => new(folder, variables) { Programs = programs, AsSomebodyElse = asSomebodyElse };

    /// <summary>Writes a program that takes the place of one of the machine.</summary>
    public static async Task WriteProgram(string path, string lines)
    {
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{lines}\n");
        await Command.Run("chmod", "755", path);
    }

    /// <summary>Runs a block as it is pasted, and ends the test when it fails.</summary>
    /// <returns>What it said.</returns>
    public async Task<string> Run(RunbookBlock block) => Successful(block, await Bash(block, "-c", block.Lines));

    /// <summary>Runs a block that must fail.</summary>
    /// <returns>What it said.</returns>
    public async Task<string> Fails(RunbookBlock block)
    {
        var (code, said) = await Bash(block, "-c", block.Lines);
        Assert.True(code != 0, $"{block}\nsucceeded: {said}");
        return said;
    }

    /// <summary>Only asks whether a shell would understand it.</summary>
    public async Task<string> Parse(RunbookBlock block) => Successful(block, await Bash(block, "-n", "-c", block.Lines));

    private static string Successful(RunbookBlock block, (int Code, string Said) end)
    {
        Assert.True(end.Code == 0, $"{block}\nended with {end.Code}: {end.Said}");
        return end.Said;
    }

    private async Task<(int Code, string Said)> Bash(RunbookBlock block, params string[] arguments)
    {
        var asServer = block.Where == "database" && Environment.IsPrivilegedProcess && !AsSomebodyElse;
        string[] program = asServer ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "bash", .. arguments] : ["bash", .. arguments];
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" < /dev/null 2>&1", "sh", .. program]) { RedirectStandardOutput = true, WorkingDirectory = asServer ? "/" : folder };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        start.Environment["PATH"] = string.Join(':', new[] { Programs, PostgresServer.Programs, start.Environment["PATH"] }.OfType<string>());
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        using var bash = Process.Start(start)!;
        using var end = new CancellationTokenSource(limit);
        try
        {
            var said = await bash.StandardOutput.ReadToEndAsync(end.Token);
            await bash.WaitForExitAsync(end.Token);
            return (bash.ExitCode, said);
        }
        catch
        {
            bash.Kill(entireProcessTree: true); // it must not go on with what tests after this one use
            throw;
        }
    }
}
