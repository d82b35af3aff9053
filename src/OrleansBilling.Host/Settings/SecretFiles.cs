namespace OrleansBilling.Host.Settings;

/// <summary>
/// Secrets as files, as container engines mount them: in the folder <c>Secrets:Folder</c> each file is a setting of its name, such as
/// <c>Database__ConnectionString</c>. They count more than what other sources say.
/// </summary>
internal static class SecretFiles
{
    private const string Setting = "Secrets:Folder";

    public static void AddSecretFiles(this ConfigurationManager configuration)
    {
        if (configuration.Text(Setting) is not { } folder) return;
        try
        {
            configuration.AddKeyPerFile(Path.GetFullPath(folder), optional: false);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new SettingException(Setting, folder, $"a folder of files that can be read ({unreadable.Message})");
        }
    }
}
