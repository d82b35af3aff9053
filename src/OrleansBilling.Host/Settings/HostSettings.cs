using System.Globalization;

namespace OrleansBilling.Host.Settings;

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
        IsDevelopment = environment.IsDevelopment();
        Role = Enum.TryParse<HostRole>(configuration["Role"] ?? nameof(HostRole.All), ignoreCase: true, out var role) && Enum.IsDefined(role)
            ? role
            : throw new SettingException("Role", configuration["Role"], "silo, portal or all");
        DataFolder = Path.GetFullPath(configuration["Data:Folder"] ?? ".data");
        KeysFolder = Path.GetFullPath(configuration.Text("Data:KeysFolder") ?? FileOf("keys"));
        ShutdownTimeout = configuration.Time("ShutdownTimeout", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Database = DatabaseSettings.Read(configuration);
        Cluster = new ClusterSettings(configuration, isOneMachine: Database is null);
        Client = new ClientSettings(configuration);
        Proxies = new ProxySettings(configuration);
        Telemetry = TelemetrySettings.Read(configuration);
        ClockSpeed = double.TryParse(configuration["Clock:Speed"] ?? "1", NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is >= 1 and <= 3600
            ? speed
            : throw new SettingException("Clock:Speed", configuration["Clock:Speed"], "a number from 1 to 3600");
        if (ClockSpeed > 1 && !IsDevelopment)
            throw new SettingException("Clock:Speed", configuration["Clock:Speed"], "1: business time runs faster in development only");
        if (ClockSpeed > 1 && Database is not null)
            throw new SettingException("Clock:Speed", configuration["Clock:Speed"], "1 on PostgreSQL: the silos of a cluster have one time, the real one");
        if (!IsDevelopment && configuration.GetValue<bool>("Notices:Webhooks:AllowLoopback"))
            throw new SettingException("Notices:Webhooks:AllowLoopback", "true", "false: endpoints on this machine are for development only");
        if (File.Exists(FileOf("clock.json")) && (!IsDevelopment || Database is not null))
            throw new SettingException("Data:Folder", DataFolder, "a folder whose business time has never run faster, outside development and on PostgreSQL");
    }

    public bool IsDevelopment { get; }

    public HostRole Role { get; }

    /// <summary>Where the keys of this node are, and on SQLite its databases.</summary>
    public string DataFolder { get; }

    /// <summary>Where the keys are that sign-ins are protected with; portals that share it know each other's sign-ins.</summary>
    public string KeysFolder { get; }

    /// <summary>How long an orderly end may take.</summary>
    public TimeSpan ShutdownTimeout { get; }

    /// <summary>The PostgreSQL database; null: SQLite, in the data folder.</summary>
    public DatabaseSettings? Database { get; }

    public ClusterSettings Cluster { get; }

    public ClientSettings Client { get; }

    public ProxySettings Proxies { get; }

    /// <summary>Where telemetry goes; null: nowhere, and none is made.</summary>
    public TelemetrySettings? Telemetry { get; }

    /// <summary>How many times faster than real time business runs.</summary>
    public double ClockSpeed { get; }

    public bool HasSilo => Role is HostRole.All or HostRole.Silo;

    public bool HasPortal => Role is HostRole.All or HostRole.Portal;

    /// <summary>A file in the data folder.</summary>
    public string FileOf(string name) => Path.Combine(DataFolder, name);
}
