using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Cluster;

/// <summary>An authority of a test's own and the certificates that it signs, as PEM files.</summary>
internal sealed class NodeCertificates : IDisposable
{
    private static readonly DateTimeOffset from = DateTimeOffset.UtcNow.AddMinutes(-5);

    private readonly TemporaryFolder folder = new();
    private readonly X509Certificate2 authority;

    public NodeCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=billing cluster", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority = request.CreateSelfSigned(from, from.AddDays(2));
        File.WriteAllText(Authority, authority.ExportCertificatePem());
    }

    private string Authority => Path.Combine(folder.Path, "authority.pem");

    /// <summary>A certificate that this authority has signed, with its key.</summary>
    public X509Certificate2 Sign(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var signed = request.Create(authority, from, from.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>The settings of a node with a certificate of its own.</summary>
    public string[] Settings(string name)
    {
        using var node = Sign(name);
        var (certificate, key) = (Path.Combine(folder.Path, $"{name}.pem"), Path.Combine(folder.Path, $"{name}.key"));
        File.WriteAllText(certificate, node.ExportCertificatePem());
        File.WriteAllText(key, node.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return [$"Cluster:Tls:Certificate={certificate}", $"Cluster:Tls:Key={key}", $"Cluster:Tls:Authority={Authority}"];
    }

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }
}
