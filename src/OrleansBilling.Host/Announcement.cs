namespace OrleansBilling.Host;

/// <summary>Says once, when everything runs, what runs and where to go next.</summary>
internal static partial class Announcement
{
    public static void Write(WebApplication app, HostSettings settings)
    {
        var url = app.Urls.FirstOrDefault() ?? "";
        Started(app.Logger, settings.Role, settings.DataFolder, settings.ClockSpeed);
        if (settings.HasPortal) GoTo(app.Logger, url, settings.FileOf("operator-key"));
    }

    [LoggerMessage(1, LogLevel.Information, "Role {Role}, data in {Folder}, business time at speed {Speed}.")]
    private static partial void Started(ILogger logger, HostRole role, string folder, double speed);

    [LoggerMessage(2, LogLevel.Information, "Open {Url} to begin. Operators sign in with the key in {KeyFile}, unless the setting Operators:Key gives another.")]
    private static partial void GoTo(ILogger logger, string url, string keyFile);
}
