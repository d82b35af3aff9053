using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host;

/// <summary>Says once, when everything runs, what runs and where to go next.</summary>
internal static partial class Announcement
{
    public static void Write(WebApplication app, HostSettings settings)
    {
        var url = app.Urls.FirstOrDefault() ?? "";
        Started(app.Logger, settings.Role, settings.Database?.Name ?? settings.DataFolder, settings.ClockSpeed);
        if (settings.HasSilo && settings.Cluster.IsOpen) Open(app.Logger, settings.Cluster.ListenAddress);
        if (settings.HasPortal) GoTo(app.Logger, url, settings.FileOf("operator-key"));
    }

    [LoggerMessage(1, LogLevel.Information, "Role {Role}, data in {Place}, business time at speed {Speed}.")]
    private static partial void Started(ILogger logger, HostRole role, string place, double speed);

    [LoggerMessage(2, LogLevel.Information, "Open {Url} to begin. Operators sign in with the key in {KeyFile}, unless the settings Operators:Key or Operators:Keys give others.")]
    private static partial void GoTo(ILogger logger, string url, string keyFile);

    [LoggerMessage(3, LogLevel.Warning, "The ports of the cluster at {Address} obey whoever reaches them: give Cluster:Tls or Cluster:AllowedAddresses, or keep the network closed.")]
    private static partial void Open(ILogger logger, System.Net.IPAddress address);
}
