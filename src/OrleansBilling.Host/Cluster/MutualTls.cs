using System.Security.Cryptography;
using OrleansBilling.Client;
using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Cluster;

/// <summary>The certificates of the cluster's connections as the settings name them.</summary>
internal static class MutualTls
{
    private static readonly string[] settings = ["Cluster:Tls:Certificate", "Cluster:Tls:Key", "Cluster:Tls:Authority"];

    /// <summary>Reads the three files; null when none is named.</summary>
    public static ClusterTls? Read(IConfiguration configuration)
    {
        var files = settings.Select(name => (Name: name, File: configuration.Text(name))).ToArray();
        if (files.All(file => file.File is null)) return null;
        foreach (var (name, file) in files)
            if (!File.Exists(file)) throw new SettingException(name, file, "the PEM file; certificate, key and authority belong together");
        try
        {
            return ClusterTls.Read(files[0].File!, files[1].File!, files[2].File!);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SettingException("Cluster:Tls", string.Join(", ", files.Select(file => file.File)), $"a certificate with its key and the authority that signed it, in PEM ({unreadable.Message})");
        }
    }
}
