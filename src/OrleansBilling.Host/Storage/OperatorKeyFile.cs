namespace OrleansBilling.Host.Storage;

/// <summary>The operators' key of a node that was given none: made at the first start, readable by its owner only.</summary>
internal static class OperatorKeyFile
{
    public static string ReadOrCreate(HostSettings settings)
    {
        var file = settings.FileOf("operator-key");
        if (File.Exists(file)) return File.ReadAllText(file).Trim();

        Directory.CreateDirectory(settings.DataFolder);
        var key = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(24));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new StreamWriter(file, options);
        stream.WriteLine(key);
        return key;
    }
}
