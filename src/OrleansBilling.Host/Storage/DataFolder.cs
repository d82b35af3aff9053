using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Storage;

/// <summary>The folder of a node: readable by its owner only, and on SQLite one silo's at a time.</summary>
internal static class DataFolder
{
    private static FileStream? held; // for the life of the process; the system lets go of it however the process ends

    /// <summary>Makes the folder.</summary>
    public static void Make(string setting, string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new SettingException(setting, folder, $"a folder that can be made and written ({unusable.Message})");
        }
    }

    /// <summary>
    /// Takes the folder for this silo. A second one would not only write beside the first: under the same ports the cluster would take
    /// it for the first one's successor and end that.
    /// </summary>
    public static void TakeForSilo(HostSettings settings)
    {
        try
        {
            held = new FileStream(settings.FileOf("silo.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
        {
            throw new SettingException("Data:Folder", settings.DataFolder, "a folder that no other silo uses and that can be written");
        }
    }
}
