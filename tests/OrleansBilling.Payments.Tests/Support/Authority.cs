using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OrleansBilling.Payments.Tests.Support;

/// <summary>An authority with a certificate that signs as PayPal does.</summary>
public sealed class Authority : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("paypal-root").FullName;
    private readonly RSA key = RSA.Create(2048);

    public Authority() : this(Sent.At.AddDays(300))
    {
    }

    private Authority(DateTimeOffset until)
    {
        var from = Sent.At.AddDays(-10);
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Root", rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = request.CreateSelfSigned(from, from.AddDays(400));
        var leaf = new CertificateRequest("CN=Signer", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var signed = leaf.Create(root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), from, until, [1, 2, 3]);
        Certificate = signed.ExportCertificatePem();
        RootFile = Path.Combine(folder, "root.pem");
        File.WriteAllText(RootFile, root.ExportCertificatePem());
    }

    /// <summary>One whose certificate has ended.</summary>
    public static Authority Expired() => new(Sent.At.AddDays(-1));

    /// <summary>In PEM.</summary>
    public string Certificate { get; }

    public string RootFile { get; }

    public string Sign(string id, string time, string webhook, string body) => Convert.ToBase64String(key.SignData(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}|{time}|{webhook}|{Crc32.HashToUInt32(Encoding.UTF8.GetBytes(body))}")),
        HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public void Dispose()
    {
        key.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
