namespace OrleansBilling.EndToEnd.Tests.Processes;

/// <summary>A folder of its own for one test, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orleans-billing-").FullName;

    public string FileOf(string name) => System.IO.Path.Combine(Path, ".data", name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
