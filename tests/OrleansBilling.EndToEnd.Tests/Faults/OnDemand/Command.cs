using System.Diagnostics;

namespace OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

/// <summary>Programs of the machine.</summary>
internal static class Command
{
    private static readonly string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin"];

    public static bool Exists(string name) => folders.Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>Runs one to its end; anything but success is an exception with what it said.</summary>
    public static async Task Run(string name, params string[] arguments)
    {
        using var process = Start(name, arguments);
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{name} {string.Join(' ', arguments)} ended with {process.ExitCode}: {said}");
    }

    /// <summary>Starts one that goes on.</summary>
    public static Process Start(string name, params string[] arguments) => Process.Start(new ProcessStartInfo(
        folders.Select(folder => Path.Combine(folder, name)).First(File.Exists), arguments) { RedirectStandardError = true, WorkingDirectory = "/" })!;
}
