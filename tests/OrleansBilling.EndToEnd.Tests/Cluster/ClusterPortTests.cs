using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Cluster;

/// <summary>The two ports of a silo obey those who belong to the cluster, and close on others.</summary>
public sealed class ClusterPortTests(ITestOutputHelper output) : HostTest(output)
{
    [Fact]
    public async Task A_node_without_a_certificate_of_the_clusters_authority_is_refused()
    {
        using var cluster = new NodeCertificates();
        using var elsewhere = new NodeCertificates();
        using var node = cluster.Sign("another");
        using var stranger = elsewhere.Sign("another");
        var silo = await Run(["Role=silo", .. cluster.Settings("silo")]);
        foreach (var port in new[] { silo.SiloPort, silo.GatewayPort })
        {
            Assert.True(await StaysOpen(port, IPAddress.Loopback, stream => Shake(stream, node)));
            Assert.True(await Closes(port, IPAddress.Loopback, stream => Shake(stream, stranger)));
            Assert.True(await Closes(port, IPAddress.Loopback, stream => Shake(stream, null)));
            Assert.True(await Closes(port, IPAddress.Loopback, InTheClear));
        }
    }

    [Fact]
    public async Task An_address_that_is_not_listed_is_closed_and_loopback_counts_only_where_it_is_listed()
    {
        var silo = await Run("Role=silo", "Cluster:AllowedAddresses=127.0.0.2, 10.1.0.0/16");
        foreach (var port in new[] { silo.SiloPort, silo.GatewayPort })
        {
            Assert.True(await StaysOpen(port, IPAddress.Parse("127.0.0.2"), Task.FromResult<Stream>));
            Assert.True(await Closes(port, IPAddress.Loopback, Task.FromResult<Stream>));
        }
        await silo.Says("Closed a connection");
    }

    [Fact]
    public async Task A_portal_reaches_a_silo_under_mutual_tls_and_an_allow_list()
    {
        using var cluster = new NodeCertificates();
        var folder = Keep(new TemporaryFolder());
        var silo = Prepare(["Role=silo", "Cluster:AllowedAddresses=127.0.0.1", .. cluster.Settings("silo")], folder);
        var portal = Prepare(["Role=portal", .. cluster.Settings("portal")], folder);
        await silo.Start();
        await portal.Start(); // ready means that a grain has answered
    }

    [Fact]
    public async Task A_port_that_another_silo_uses_is_refused_although_Orleans_would_share_it()
    {
        var silo = await Run("Role=silo");
        foreach (var setting in new[] { $"Cluster:SiloPort={silo.SiloPort}", $"Cluster:GatewayPort={silo.GatewayPort}" })
        {
            var second = Prepare(["Role=silo", setting]);
            second.Launch();
            Assert.Equal(2, await second.Ended());
            Assert.Contains("expected a port that nobody uses at 127.0.0.1", second.Log, StringComparison.Ordinal);
        }
        await silo.Kill();
        await silo.Start(); // its own remains are not in its way
    }

    [NetworkFact]
    public async Task From_another_network_the_portal_answers_and_the_ports_of_the_cluster_do_not()
    {
        await using var network = await OtherNetwork.Make();
        await using var server = await PostgresServer.Run();
        using var cluster = new NodeCertificates();
        using var elsewhere = new NodeCertificates();
        using var node = cluster.Sign("another");
        using var stranger = elsewhere.Sign("another");
        // Silo and portal are on an address that the other network reaches; of that network one address may be a node's.
        string[] shared = [$"Database:ConnectionString={await server.NewDatabase("billing")}", $"Cluster:AllowedAddresses={OtherNetwork.Here},{network.Listed}"];
        var silo = Prepare(["Role=silo", $"Cluster:Address={OtherNetwork.Here}", .. shared, .. cluster.Settings("silo")]);
        var portal = Prepare(["Role=portal", .. shared, .. cluster.Settings("portal")], address: OtherNetwork.Here);
        await silo.Start();
        await portal.Start();

        foreach (var port in new[] { silo.SiloPort, silo.GatewayPort })
        {
            Assert.True(await StaysOpen(await network.Socket(network.Listed), OtherNetwork.Here, port, stream => Shake(stream, node)));
            Assert.True(await Closes(await network.Socket(network.Listed), OtherNetwork.Here, port, stream => Shake(stream, stranger)));
            Assert.True(await Closes(await network.Socket(network.Listed), OtherNetwork.Here, port, InTheClear));
            // Not even with a certificate that would do.
            Assert.True(await Closes(await network.Socket(network.Unlisted), OtherNetwork.Here, port, stream => Shake(stream, node)));
            Assert.True(await Closes(await network.Socket(network.Unlisted), OtherNetwork.Here, port, Task.FromResult<Stream>));
        }
        await silo.Says($"Closed a connection to a port of the cluster from {network.Unlisted}");

        foreach (var from in new[] { network.Listed, network.Unlisted })
            Assert.Equal(HttpStatusCode.OK, await Get(await network.Socket(from), portal.HttpPort, "/health/ready"));
        // A silo's own HTTP listens on loopback only.
        using var closed = await network.Socket(network.Listed);
        await Assert.ThrowsAsync<SocketException>(() => closed.ConnectAsync(OtherNetwork.Here, silo.HttpPort));
    }

    private static async Task<HttpStatusCode> Get(Socket socket, int port, string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                await socket.ConnectAsync(OtherNetwork.Here, port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var answer = await http.GetAsync(new Uri($"http://{OtherNetwork.Here}:{port}{path}"));
        return answer.StatusCode;
    }

    /// <summary>Whether the silo keeps a connection that says nothing more, for as long as it takes to close others.</summary>
    private static async Task<bool> StaysOpen(int port, IPAddress from, Func<Stream, Task<Stream>> begin) => await StaysOpen(From(from), IPAddress.Loopback, port, begin);

    private static async Task<bool> StaysOpen(Socket connecting, IPAddress to, int port, Func<Stream, Task<Stream>> begin) => !await Closes(connecting, to, port, begin, TimeSpan.FromSeconds(2));

    /// <summary>Whether the silo closes such a connection.</summary>
    private static async Task<bool> Closes(int port, IPAddress from, Func<Stream, Task<Stream>> begin) => await Closes(From(from), IPAddress.Loopback, port, begin);

    private static async Task<bool> Closes(Socket connecting, IPAddress to, int port, Func<Stream, Task<Stream>> begin, TimeSpan? within = null)
    {
        using var socket = connecting;
        try
        {
            await socket.ConnectAsync(to, port);
            await using var stream = await begin(new NetworkStream(socket));
            using var patience = new CancellationTokenSource(within ?? TimeSpan.FromMinutes(2));
            // A silo speaks first, so that something may come; the end is what counts.
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, patience.Token) > 0) continue;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        // It may be closed so soon that already the connecting fails; that nobody listens would be another matter.
        catch (Exception closed) when (closed is IOException or AuthenticationException or SocketException { SocketErrorCode: not SocketError.ConnectionRefused })
        {
            return true;
        }
    }

    private static Socket From(IPAddress address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private static async Task<Stream> Shake(Stream stream, X509Certificate2? certificate)
    {
        var tls = new SslStream(stream);
        // What is asked here is whom the silo trusts, not whether it can be trusted.
#pragma warning disable CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "silo",
            ClientCertificates = certificate is null ? null : [certificate],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
#pragma warning restore CA5359
        return tls;
    }

    private static async Task<Stream> InTheClear(Stream stream)
    {
        await stream.WriteAsync(new byte[64]);
        return stream;
    }
}
