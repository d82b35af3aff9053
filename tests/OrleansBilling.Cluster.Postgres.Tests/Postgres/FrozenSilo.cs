using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansBilling.Cluster.Postgres.Tests.Postgres;

/// <summary>
/// Stands between a silo and the server. The silo stands still in the moment in which it has sent a text: the server hears nothing more of it.
/// </summary>
internal sealed class FrozenSilo : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly TaskCompletionSource standsStill = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> opened = [];

    public FrozenSilo(int server, string after)
    {
        listener.Start();
        _ = Accept(server, after);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public Task StandsStill => standsStill.Task;

    public void Dispose()
    {
        end.Cancel();
        listener.Dispose();
        lock (opened) opened.ForEach(one => one.Dispose());
        end.Dispose();
    }

    private async Task Accept(int server, string after)
    {
        while (!end.IsCancellationRequested)
        {
            var silo = await listener.AcceptTcpClientAsync(end.Token);
            var database = new TcpClient();
            lock (opened) opened.AddRange([silo, database]);
            await database.ConnectAsync(IPAddress.Loopback, server, end.Token);
            _ = database.GetStream().CopyToAsync(silo.GetStream(), end.Token);
            _ = Send(silo.GetStream(), database.GetStream(), Encoding.ASCII.GetBytes(after));
        }
    }

    private async Task Send(NetworkStream from, NetworkStream to, byte[] after)
    {
        var sent = new byte[1 << 16];
        while (!standsStill.Task.IsCompleted && await from.ReadAsync(sent, end.Token) is > 0 and var length)
        {
            await to.WriteAsync(sent.AsMemory(0, length), end.Token);
            if (sent.AsSpan(0, length).IndexOf(after) >= 0) standsStill.TrySetResult();
        }
    }
}
