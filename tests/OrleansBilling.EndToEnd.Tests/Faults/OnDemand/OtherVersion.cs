using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

/// <summary>F18: the same sources, built again as a later version in a folder of their own.</summary>
internal static class OtherVersion
{
    /// <returns>The program to run.</returns>
    public static async Task<string> BuildInto(TemporaryFolder folder)
    {
        var source = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(source!.FullName, "OrleansBilling.sln"))) source = source.Parent;
        var host = Path.Combine(source.FullName, "src", "OrleansBilling.Host", "OrleansBilling.Host.csproj");
        await Command.Run(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "build", host, "-v", "q", "--artifacts-path", folder.Path, "-p:Version=99.0.0");
        return Path.Combine(folder.Path, "bin", "OrleansBilling.Host", "debug", "OrleansBilling.Host.dll");
    }
}
