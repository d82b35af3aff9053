using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;
using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Cluster;

/// <summary>
/// TLS on every connection of the cluster, both sides with a certificate: whoever shows one that the authority has signed is a node of
/// the cluster, and nobody else is. Names do not matter, and the authorities of the machine do not count.
/// </summary>
internal sealed class MutualTls(X509Certificate2 certificate, X509Certificate2Collection authority)
{
    private static readonly string[] settings = ["Cluster:Tls:Certificate", "Cluster:Tls:Key", "Cluster:Tls:Authority"];

    /// <summary>Reads the three files; null when none is named.</summary>
    public static MutualTls? Read(IConfiguration configuration)
    {
        var files = settings.Select(name => (Name: name, File: configuration.Text(name))).ToArray();
        if (files.All(file => file.File is null)) return null;
        foreach (var (name, file) in files)
            if (!File.Exists(file)) throw new SettingException(name, file, "the PEM file; certificate, key and authority belong together");
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(files[0].File!, files[1].File!);
            var authority = new X509Certificate2Collection();
            authority.ImportFromPemFile(files[2].File!);
            if (authority.Count == 0) throw new CryptographicException("the authority's file holds no certificate");
            // Once more through PKCS #12: Windows serves no connections with a key that was only ever in memory.
            var tls = new MutualTls(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), authority);
            return tls.TrustsItself() ? tls : throw new CryptographicException("the authority has not signed the certificate, or one of them is not valid now");
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SettingException("Cluster:Tls", string.Join(", ", files.Select(file => file.File)), $"a certificate with its key and the authority that signed it, in PEM ({unreadable.Message})");
        }
    }

    /// <summary>Until when the certificate is valid. From then on nobody lets this node in any more.</summary>
    public DateTimeOffset CertificateEnds => certificate.NotAfter;

    /// <summary>Until when those are who have signed it, the first of them to end.</summary>
    public DateTimeOffset AuthorityEnds { get; private set; }

    /// <summary>Both directions alike: silos are clients of each other.</summary>
    public void Set(TlsOptions options)
    {
        options.LocalCertificate = certificate;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.OnAuthenticateAsServer = (_, handshake) => ((SslServerAuthenticationOptions)handshake.SslServerAuthenticationOptions).CertificateChainPolicy = Policy();
        options.OnAuthenticateAsClient = (_, handshake) => ((SslClientAuthenticationOptions)handshake.SslClientAuthenticationOptions).CertificateChainPolicy = Policy();
        options.RemoteCertificateValidation = (_, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
    }

    private bool TrustsItself()
    {
        using var chain = new X509Chain { ChainPolicy = Policy() };
        var trusts = chain.Build(certificate);
        AuthorityEnds = chain.ChainElements.Skip(1).Select(above => above.Certificate.NotAfter).DefaultIfEmpty(certificate.NotAfter).Min();
        return trusts;
    }

    // No revocation lists: nothing is asked of anybody else. A lost key is answered with a new authority.
    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(authority);
        return policy;
    }
}
