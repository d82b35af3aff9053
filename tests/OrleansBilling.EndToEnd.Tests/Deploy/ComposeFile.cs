using System.Text.Json.Nodes;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>What <c>compose.yaml</c> starts.</summary>
internal sealed class ComposeFile
{
    private ComposeFile(JsonObject file)
    {
        Networks = file["networks"]!.AsObject();
        Volumes = file["volumes"].Names();
        Services = file["services"]!.AsObject().ToDictionary(service => service.Key, service => new ComposeService(service.Key, service.Value!.AsObject()));
    }

    public JsonObject Networks { get; }

    public string[] Volumes { get; }

    public IReadOnlyDictionary<string, ComposeService> Services { get; }

    /// <summary>Those that run the host.</summary>
    public IEnumerable<ComposeService> Hosts => Services.Values.Where(service => service.Image.StartsWith("orleans-billing:", StringComparison.Ordinal));

    public IEnumerable<ComposeService> InRole(string role) => Hosts.Where(service => service.Environment.GetValueOrDefault("Role") == role);

    public static ComposeFile Read() => new(Yaml.Read(DeployFolder.Path("compose.yaml")));
}

internal sealed class ComposeService(string name, JsonObject service)
{
    public string Name => name;

    public JsonObject All => service;

    public string Image { get; } = service["image"]!.ToString();

    public string[] Command { get; } = service["command"].Texts();

    public Dictionary<string, string> Environment { get; } = service["environment"].Map();

    /// <summary>What is mounted where.</summary>
    public (string Source, string Target)[] Mounts { get; } = [.. service["volumes"].Texts().Select(mount => mount.Split(':')).Select(parts => (parts[0], parts[1]))];

    public string[] Ports { get; } = service["ports"].Texts();

    public string[] Networks { get; } = service["networks"].Names();

    /// <summary>Its fixed address; none for most.</summary>
    public string? Address { get; } = service["networks"] is JsonObject networks ? networks["cluster"]?["ipv4_address"]?.ToString() : null;

    /// <summary>What must be there before it starts, and in which state.</summary>
    public Dictionary<string, string> DependsOn { get; } = service["depends_on"]?.AsObject().ToDictionary(one => one.Key, one => one.Value!["condition"]!.ToString()) ?? [];

    public override string ToString() => name;
}
