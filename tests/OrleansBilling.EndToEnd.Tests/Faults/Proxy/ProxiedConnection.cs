using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansBilling.EndToEnd.Tests.Faults.Proxy;

/// <summary>
/// One connection through the proxy. What the client says passes as it comes; what the server says is read message by message, so that
/// the answer to a commit can be told from all others: CommandComplete with the tag COMMIT, however the commit was asked for.
/// </summary>
internal sealed class ProxiedConnection(DatabaseProxy proxy, Socket client) : IDisposable
{
    private const int Header = 5; // a letter, and a length that counts itself
    private const int SslRequest = 80877103;
    private const int GssRequest = 80877104;

    private readonly Socket server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public async Task Run(int serverPort)
    {
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, serverPort);
            await using var fromClient = new NetworkStream(client);
            await using var fromServer = new NetworkStream(server);
            await Begin(fromClient, fromServer);
            await Task.WhenAny(Requests(fromClient, fromServer), Answers(fromServer, fromClient));
        }
        catch (Exception broken) when (IsBreak(broken))
        {
            // Either side has gone; so does the other.
        }
        finally
        {
            End();
        }
    }

    /// <summary>Both sides see the connection break.</summary>
    public void End()
    {
        client.Close(0);
        server.Close(0);
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }

    /// <summary>The first message has no letter; before it a client may ask for encryption, which there is none of.</summary>
    private static async Task Begin(NetworkStream fromClient, NetworkStream toServer)
    {
        while (true)
        {
            var length = new byte[4];
            await fromClient.ReadExactlyAsync(length);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
            await fromClient.ReadExactlyAsync(body);
            if (BinaryPrimitives.ReadInt32BigEndian(body) is SslRequest or GssRequest)
            {
                await fromClient.WriteAsync("N"u8.ToArray());
                continue;
            }
            await toServer.WriteAsync((byte[])[.. length, .. body]);
            return;
        }
    }

    private async Task Requests(NetworkStream fromClient, NetworkStream toServer)
    {
        try
        {
            var piece = new byte[64 * 1024];
            while (await fromClient.ReadAsync(piece) is > 0 and var read)
            {
                await proxy.Pass();
                await toServer.WriteAsync(piece.AsMemory(0, read));
            }
        }
        catch (Exception broken) when (IsBreak(broken))
        {
            // See Run.
        }
    }

    private async Task Answers(NetworkStream fromServer, NetworkStream toClient)
    {
        try
        {
            await using var buffered = new BufferedStream(toClient, 64 * 1024);
            var header = new byte[Header];
            while (true)
            {
                await fromServer.ReadExactlyAsync(header);
                var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4];
                await fromServer.ReadExactlyAsync(body);
                if (header[0] == 'C' && Encoding.ASCII.GetString(body).TrimEnd('\0') == "COMMIT" && await proxy.LosesThisCommit())
                {
                    End(); // with whatever was still buffered
                    return;
                }
                await buffered.WriteAsync(header);
                await buffered.WriteAsync(body);
                if (fromServer.DataAvailable) continue;
                await proxy.Pass();
                await buffered.FlushAsync();
            }
        }
        catch (Exception broken) when (IsBreak(broken))
        {
            // See Run.
        }
    }

    private static bool IsBreak(Exception exception) => exception is IOException or SocketException or ObjectDisposedException;
}
