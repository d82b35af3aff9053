namespace OrleansBilling.EndToEnd.Tests.Alerts;

/// <summary>Where these tests come from.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string from) => File.Exists(Path.Combine(from, "OrleansBilling.sln"))
        ? from
        : Find(Path.GetDirectoryName(from) ?? throw new DirectoryNotFoundException("The tests were not built inside of the repository."));
}
