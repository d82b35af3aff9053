using System.Globalization;

namespace OrleansBilling.Host;

/// <summary>What a process is there for.</summary>
internal enum HostRole
{
    /// <summary>Silo and portal in one process: the embedded default.</summary>
    All = 1,

    /// <summary>Grains only.</summary>
    Silo = 2,

    /// <summary>HTTP only; reaches the cluster as any other portal backend would.</summary>
    Portal = 3,
}

/// <summary>The settings of the process itself, checked. What is wrong stops the start with one sentence.</summary>
internal sealed class HostSettings
{
    public HostSettings(IConfiguration configuration, IHostEnvironment environment)
    {
        Role = Enum.TryParse<HostRole>(configuration["Role"] ?? nameof(HostRole.All), ignoreCase: true, out var role) && Enum.IsDefined(role)
            ? role
            : throw new SettingException("Role", configuration["Role"], "silo, portal or all");
        DataFolder = Path.GetFullPath(configuration["Data:Folder"] ?? ".data");
        ClusterId = configuration["Cluster:ClusterId"] ?? "billing";
        ServiceId = configuration["Cluster:ServiceId"] ?? "billing";
        SiloPort = Port(configuration, "Cluster:SiloPort", 11111);
        GatewayPort = Port(configuration, "Cluster:GatewayPort", 30000);
        ClockSpeed = double.TryParse(configuration["Clock:Speed"] ?? "1", NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is >= 1 and <= 3600
            ? speed
            : throw new SettingException("Clock:Speed", configuration["Clock:Speed"], "a number from 1 to 3600");
        if (ClockSpeed > 1 && !environment.IsDevelopment())
            throw new SettingException("Clock:Speed", configuration["Clock:Speed"], "1: business time runs faster in development only");
        if (!environment.IsDevelopment() && File.Exists(FileOf("clock.json")))
            throw new SettingException("Data:Folder", DataFolder, "a folder whose business time has never run faster, outside development");
    }

    public HostRole Role { get; }

    /// <summary>Where the databases and keys of this node are.</summary>
    public string DataFolder { get; }

    public string ClusterId { get; }

    public string ServiceId { get; }

    public int SiloPort { get; }

    public int GatewayPort { get; }

    /// <summary>How many times faster than real time business runs.</summary>
    public double ClockSpeed { get; }

    public bool HasSilo => Role is HostRole.All or HostRole.Silo;

    public bool HasPortal => Role is HostRole.All or HostRole.Portal;

    /// <summary>A file in the data folder.</summary>
    public string FileOf(string name) => Path.Combine(DataFolder, name);

    private static int Port(IConfiguration configuration, string name, int otherwise) =>
        int.TryParse(configuration[name] ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? port : throw new SettingException(name, configuration[name], "a port from 1 to 65535");
}

/// <summary>A setting has a value that cannot be.</summary>
internal sealed class SettingException(string name, string? value, string expected) : Exception($"Setting {name} is '{value}': expected {expected}.");
