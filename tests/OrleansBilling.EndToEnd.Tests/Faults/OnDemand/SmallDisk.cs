using System.Globalization;

namespace OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

/// <summary>F8: a disk of a few megabytes in memory, which can be filled to the last byte.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    public static async Task<SmallDisk> Mount(int megabytes)
    {
        var disk = new SmallDisk(Directory.CreateTempSubdirectory("billing-disk").FullName);
        await Command.Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=0777"), "tmpfs", disk.Path);
        return disk;
    }

    public void Fill()
    {
        try
        {
            using var file = File.Create(Filler);
            for (var block = new byte[64 * 1024]; ;)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Free() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await Command.Run("umount", "-l", Path);
        Directory.Delete(Path);
    }
}
