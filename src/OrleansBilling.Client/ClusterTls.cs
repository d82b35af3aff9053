using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace OrleansBilling.Client;

/// <summary>
/// TLS on every connection of the cluster, both sides with a certificate: whoever shows one that the authority has signed is a node of
/// the cluster, and nobody else is. Names do not matter, and the authorities of the machine do not count.
/// </summary>
/// <remarks>A client takes it by <see cref="BillingClientRegistration.UseClusterTls"/>. What is read is kept: a changed file counts from the next start on.</remarks>
public sealed class ClusterTls
{
    private readonly X509Certificate2 certificate;
    private readonly X509Certificate2Collection authority;

    private ClusterTls(X509Certificate2 certificate, X509Certificate2Collection authority) => (this.certificate, this.authority) = (certificate, authority);

    /// <summary>Until when the certificate is valid. From then on nobody lets this node in any more.</summary>
    public DateTimeOffset CertificateEnds => certificate.NotAfter;

    /// <summary>Until when those are who have signed it, the first of them to end.</summary>
    public DateTimeOffset AuthorityEnds { get; private set; }

    /// <summary>Reads the three PEM files of a node, as <c>deploy/secrets.sh</c> makes them.</summary>
    /// <param name="certificate">The path of the node's certificate.</param>
    /// <param name="key">The path of its key, without a password.</param>
    /// <param name="authority">The path of whoever has signed it; while one is being replaced, of both.</param>
    /// <exception cref="CryptographicException">A file holds something else, the authority has not signed the certificate, or one of them is not valid now.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static ClusterTls Read(string certificate, string key, string authority)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificate, key);
        var signers = new X509Certificate2Collection();
        signers.ImportFromPemFile(authority);
        if (signers.Count == 0) throw new CryptographicException("the authority's file holds no certificate");
        // Once more through PKCS #12: Windows serves no connections with a key that was only ever in memory.
        var tls = new ClusterTls(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), signers);
        return tls.TrustsItself() ? tls : throw new CryptographicException("the authority has not signed the certificate, or one of them is not valid now");
    }

    /// <summary>Sets the options of a silo's or a client's <c>UseTls</c>. Both directions alike: silos are clients of each other.</summary>
    /// <param name="options">The options to set.</param>
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
