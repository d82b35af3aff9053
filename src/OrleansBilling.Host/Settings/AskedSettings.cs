using System.Collections.Concurrent;

namespace OrleansBilling.Host.Settings;

/// <summary>Has no settings, and remembers which it was asked for. Added last it is asked first, so it knows what is read.</summary>
internal sealed class AskedSettings : ConfigurationProvider, IConfigurationSource
{
    private readonly ConcurrentDictionary<string, bool> asked = new(StringComparer.OrdinalIgnoreCase);

    public bool Contains(string name) => asked.ContainsKey(name);

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override bool TryGet(string key, out string? value)
    {
        asked[key] = true;
        value = null;
        return false;
    }

    public override void Set(string key, string? value)
    {
        // Kept by the others.
    }
}
