using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OrleansBilling.Cluster.Tests.Notices;

/// <summary>A mail server on this machine, as small as the protocol allows: STARTTLS, then AUTH LOGIN, then messages (RFC 5321, 3207, 4954).</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    public const string User = "billing";
    public const string Password = "correct horse";

    private static readonly X509Certificate2 certificate = SelfSigned();
    private static readonly string authority = WriteAuthority();

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<(string To, string Message)> taken = new();
    private readonly ConcurrentQueue<string> inTheClear = new();
    private readonly ConcurrentQueue<string> refusals = new();
    private readonly Task running;

    public SmtpServer()
    {
        listener.Start();
        running = Run();
    }

    /// <summary>A PEM file with the certificate of all these servers, which is its own authority.</summary>
    public static string Authority => authority;

    public bool OffersTls { get; init; } = true;

    /// <summary>From this command on it says nothing any more, and keeps the connection; empty: it does not even greet.</summary>
    public string? HangsAt { get; init; }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What was handed over, with all its headers.</summary>
    public IReadOnlyList<(string To, string Message)> Taken => [.. taken];

    /// <summary>Every command that came before encryption.</summary>
    public IReadOnlyList<string> InTheClear => [.. inTheClear];

    /// <summary>The next message is answered so in place of being taken.</summary>
    public void Refuse(string answer) => refusals.Enqueue(answer);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await running;
        stop.Dispose();
    }

    private async Task Run()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = Task.Run(() => Serve(client));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var connection = client;
        Stream stream = connection.GetStream();
        try
        {
            await Talk(stream);
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The other side has gone, or does not trust this one.
        }
    }

    private async Task Talk(Stream stream)
    {
        var (encrypted, signedIn, to) = (false, false, "");
        if (HangsAt is "") await Silence();
        await Say("220 test");
        while (await Line() is { } command)
        {
            if (!encrypted) inTheClear.Enqueue(command);
            var verb = command.Split(' ', ':')[0].ToUpperInvariant();
            if (verb == HangsAt) await Silence();
            switch (verb)
            {
                case "EHLO":
                    await Say(encrypted ? "250-test\r\n250 AUTH LOGIN" : OffersTls ? "250-test\r\n250 STARTTLS" : "250 test");
                    break;
                case "STARTTLS":
                    await Say("220 go on");
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(certificate);
                    (stream, encrypted) = (tls, true);
                    break;
                case "AUTH" when encrypted:
                    var user = Text(command["AUTH LOGIN ".Length..]);
                    await Say("334 UGFzc3dvcmQ6");
                    signedIn = (user, Text((await Line())!)) == (User, Password);
                    await Say(signedIn ? "235 welcome" : "535 who are you?");
                    break;
                case "MAIL":
                    await Say(signedIn ? "250 ok" : "530 sign in first");
                    break;
                case "RCPT":
                    to = command[(command.IndexOf('<', StringComparison.Ordinal) + 1)..command.IndexOf('>', StringComparison.Ordinal)];
                    await Say(to.StartsWith("nobody", StringComparison.Ordinal) ? $"550 <{to}> unknown" : "250 ok");
                    break;
                case "DATA":
                    await Say("354 go on");
                    var message = new StringBuilder();
                    while (await Line() is { } line && line != ".") message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
                    if (refusals.TryDequeue(out var refusal))
                    {
                        await Say(refusal);
                        break;
                    }
                    taken.Enqueue((to, message.ToString()));
                    await Say("250 taken");
                    break;
                case "QUIT":
                    await Say("221 bye");
                    return;
                default:
                    await Say("500 what?");
                    break;
            }
        }

        Task Silence() => Task.Delay(Timeout.Infinite, stop.Token);

        async Task Say(string answer) => await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"), stop.Token);

        async Task<string?> Line()
        {
            var line = new List<byte>();
            var one = new byte[1];
            while (await stream.ReadAsync(one, stop.Token) == 1)
            {
                if (one[0] == '\n') return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                line.Add(one[0]);
            }
            return null;
        }

        static string Text(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static string WriteAuthority()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("billing-mail").FullName, "authority.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        return file;
    }
}
