using System.Diagnostics;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>What <c>deploy/</c> holds, as it lies in the repository.</summary>
internal static class DeployFolder
{
    /// <summary>The repository's top.</summary>
    public static string Top { get; } = FindTop();

    public static string Path(string name) => System.IO.Path.Combine(Top, "deploy", name);

    /// <summary>The processes' secrets, as <c>secrets.sh</c> makes them.</summary>
    public static async Task MakeSecrets(string folder)
    {
        using var script = Process.Start(new ProcessStartInfo(Path("secrets.sh"), [folder]) { RedirectStandardError = true })!;
        var said = await script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        Assert.True(script.ExitCode == 0, said);
    }

    private static string FindTop()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder!.FullName, "OrleansBilling.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
