using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansBilling.Payments.PayPal;

/// <summary>
/// The certificates that PayPal signs with. A notification names its own, so everything about the name is doubted: https only, from pinned hosts only, up to
/// a trusted root only. Each is fetched once, and kept while it is valid.
/// </summary>
internal sealed class PayPalCertificates(HttpClient http, PayPalOptions options, TimeProvider clock)
{
    // PayPal has a few at a time. A stranger can name addresses, but cannot make them certificates.
    private const int Most = 32;

    private readonly string[] hosts = options.CertificateHosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    private readonly ConcurrentDictionary<Uri, X509Certificate2> kept = new();

    /// <summary>Whether a certificate may come from an address at all.</summary>
    public bool IsPinned(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps && address.UserInfo.Length == 0 && hosts.Contains(address.IsDefaultPort ? address.Host : address.Authority, StringComparer.OrdinalIgnoreCase);

    /// <summary>The key of the certificate at an address; null when it is not to be trusted.</summary>
    /// <exception cref="HttpRequestException">It cannot be fetched just now.</exception>
    public async Task<RSA?> Key(Uri address, CancellationToken cancellation)
    {
        if (!IsPinned(address)) return null;
        if (kept.TryGetValue(address, out var known) && known.NotAfter > clock.GetUtcNow()) return known.GetRSAPublicKey();

        using var response = await http.GetAsync(address, cancellation);
        if ((int)response.StatusCode >= 500) throw new HttpRequestException($"{address} answered {(int)response.StatusCode}.", null, response.StatusCode);
        if (!response.IsSuccessStatusCode || Trusted(await response.Content.ReadAsStringAsync(cancellation)) is not { } certificate) return null;
        if (kept.Count >= Most) kept.Clear();
        kept[address] = certificate;
        return certificate.GetRSAPublicKey();
    }

    // The file begins with the certificate itself; what follows helps to reach the root and is not trusted for being there.
    private X509Certificate2? Trusted(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }
        if (certificates.Count == 0) return null;

        using var chain = new X509Chain();
        chain.ChainPolicy.ExtraStore.AddRange(certificates);
        // Nothing that a certificate names is fetched.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        if (options.CertificateRoot.Length > 0)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(options.CertificateRoot);
        }
        return chain.Build(certificates[0]) ? certificates[0] : null;
    }
}
