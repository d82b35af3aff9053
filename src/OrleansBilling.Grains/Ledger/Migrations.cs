using System.Reflection;

namespace OrleansBilling.Grains.Ledger;

/// <summary>The SQL files under <c>deploy/database</c>, which travel inside this assembly.</summary>
public static class Migrations
{
    /// <summary>The files of a folder such as <c>sqlite/ledger</c>, in the order of their names.</summary>
    public static IEnumerable<(string Name, string Sql)> In(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"database/{folder}/";
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name[prefix.Length..], reader.ReadToEnd());
        }
    }
}
