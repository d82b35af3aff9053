using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Storage;

/// <summary>A key of a node that was given none: made at the first start, readable by its owner only.</summary>
internal static class KeyFile
{
    public static string ReadOrCreate(HostSettings settings, string name)
    {
        var file = settings.FileOf(name);
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } known) return known;

        var key = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(24));
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new StreamWriter(file + ".new", options)) stream.WriteLine(key);
        File.Move(file + ".new", file, overwrite: true); // whole or not at all
        return key;
    }
}
