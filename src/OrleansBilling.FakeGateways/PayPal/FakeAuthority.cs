using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansBilling.FakeGateways.PayPal;

/// <summary>An authority made at the start, the certificate that signs for PayPal, and the one of the server that offers it.</summary>
internal sealed record FakeAuthority(X509Certificate2 Root, X509Certificate2 Signer, X509Certificate2 Server)
{
    /// <summary>Where certificates are offered; null when they are not.</summary>
    public Uri? Address { get; set; }

    /// <summary>What notifications name.</summary>
    public string SignerAddress => new Uri(Address ?? new Uri("https://paypal.invalid/"), "paypal/v1/notifications/certs/CERT-1").AbsoluteUri;

    public static FakeAuthority Create(TimeProvider clock)
    {
        var from = clock.GetUtcNow().AddDays(-1);
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Fake Root", rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var root = request.CreateSelfSigned(from, from.AddDays(366));
        return new FakeAuthority(root, Signing(root, rootKey, from), Serving(root, rootKey, from));
    }

    // PayPal signs with RSA; everything else has the key that is made fastest.
    private static X509Certificate2 Signing(X509Certificate2 root, ECDsa rootKey, DateTimeOffset from)
    {
        using var key = RSA.Create(2048);
        using var issued = Issue(new CertificateRequest("CN=PayPal (fake)", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), root, rootKey, from);
        return issued.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 Serving(X509Certificate2 root, ECDsa rootKey, DateTimeOffset from)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = Issue(request, root, rootKey, from);
        using var withKey = issued.CopyWithPrivateKey(key);
        // TLS wants the key kept with the certificate, which is so after reading both.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Certificate2 Issue(CertificateRequest request, X509Certificate2 root, ECDsa rootKey, DateTimeOffset from) =>
        request.Create(root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), from, from.AddDays(365), RandomNumberGenerator.GetBytes(8));
}
