using System.Net;
using System.Net.Mail;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace OrleansBilling.Grains.Notices.Mail;

/// <summary>
/// The mail server of the settings, over SMTP. STARTTLS comes first: a server that does not offer it gets neither the password nor the message, and one
/// whose certificate does not verify neither.
/// </summary>
public sealed class SmtpMailServer : IMailServer
{
    private readonly MailOptions settings;

    public SmtpMailServer(IOptions<BillingOptions> options)
    {
        settings = options.Value.Notices.Mail;
        From = IsSetUp ? new MailAddress(settings.From) : new MailAddress("nobody@localhost");
        if (settings.Authority.Length > 0) Trust(settings.Authority);
    }

    public bool IsSetUp => settings.IsSetUp;

    public MailAddress From { get; }

    public async Task Send(MailMessage message, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(settings.Timeout);
        try
        {
            // It looks at the token now and then only, whichever step the server leaves unanswered; nobody waits for it longer than that, nor for what it does before it first waits.
            await Task.Run(() => Talk(message, patience.Token), CancellationToken.None).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The mail server did not answer within {settings.Timeout}.");
        }
    }

    private async Task Talk(MailMessage message, CancellationToken cancellation)
    {
        using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = true };
        if (settings.User.Length > 0) client.Credentials = new NetworkCredential(settings.User, settings.Password);
        await client.SendMailAsync(message, cancellation);
    }

    /// <summary>Lets these authorities alone sign the mail server's certificate. Nothing else in the process looks where this is set.</summary>
    private static void Trust(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
#pragma warning disable SYSLIB0014 // where the SMTP client looks
        ServicePointManager.ServerCertificateValidationCallback = (_, certificate, sent, errors) =>
#pragma warning restore SYSLIB0014
        {
            if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>()) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            return chain.Build(X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
        };
    }
}
