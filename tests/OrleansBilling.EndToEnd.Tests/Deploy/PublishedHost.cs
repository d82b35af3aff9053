using System.Diagnostics;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>The host as the Dockerfile publishes it, but from what is built already.</summary>
internal static class PublishedHost
{
    private static readonly Lazy<Task<TemporaryFolder>> published = new(Publish);

    /// <summary>The folder that the image has as <c>/app</c>.</summary>
    public static async Task<string> Folder() => (await published.Value).Path;

    public static async Task<string> Program() => Path.Combine(await Folder(), "OrleansBilling.Host.dll");

    private static async Task<TemporaryFolder> Publish()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        // bin/CONFIGURATION/net10.0/OrleansBilling.Host.dll
        var configuration = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(BillingHost.Assembly)))!;
        using var publish = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["publish", Path.Combine(DeployFolder.Top, "src", "OrleansBilling.Host"), "--no-build", "-c", configuration, "-o", folder.Path, "-v", "q", "-nodeReuse:false"]) { RedirectStandardOutput = true })!;
        var said = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, said);
        return folder;
    }
}
