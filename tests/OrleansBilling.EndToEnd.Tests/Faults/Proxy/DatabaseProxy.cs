using System.Net;
using System.Net.Sockets;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Faults.Proxy;

/// <summary>
/// Stands between one process and its database, and takes from it what a network can take: an answer, time, a connection, all of them.
/// It understands just as much of PostgreSQL's protocol as is needed to know that the server has confirmed a commit.
/// </summary>
internal sealed class DatabaseProxy : IAsyncDisposable
{
    private readonly int serverPort;
    private readonly TcpListener listener;
    private readonly HashSet<ProxiedConnection> connections = [];
    private readonly Task accepting;
    private readonly Random chance;
    private volatile bool refusing;
    private volatile TaskCompletionSource silence = Passed();
    private Func<Task>? atCommit;
    private double losing;
    private int toLose;
    private int lost;

    private DatabaseProxy(int serverPort, int seed)
    {
        (this.serverPort, chance) = (serverPort, new Random(seed));
        listener = new TcpListener(IPAddress.Loopback, LoopbackPorts.Next());
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = Accept();
    }

    /// <summary>Opens one on a port of its own.</summary>
    /// <param name="serverPort">Where the database listens.</param>
    /// <param name="seed">Of what happens by chance.</param>
    public static DatabaseProxy To(int serverPort, int seed = 0) => new(serverPort, seed);

    public int Port { get; }

    /// <summary>How long every piece waits before it passes, in each direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How many answers to a commit did not reach the process.</summary>
    public int LostCommits => Volatile.Read(ref lost);

    public int Connections
    {
        get
        {
            lock (connections) return connections.Count;
        }
    }

    /// <summary>The next commits are done by the server, and their answers and connections are lost.</summary>
    public void LoseCommits(int count) => Volatile.Write(ref toLose, count);

    /// <summary>The same happens by chance, from 0 (never) to 1.</summary>
    public void LoseCommitsByChance(double probability) => Volatile.Write(ref losing, probability);

    /// <summary>What happens once, when the server has confirmed a commit and nobody has been told; the answer is then lost.</summary>
    public void AtNextCommit(Func<Task> happens) => atCommit = happens;

    /// <summary>Every connection ends at once; new ones are taken.</summary>
    public void Cut()
    {
        ProxiedConnection[] open;
        lock (connections) open = [.. connections];
        foreach (var connection in open) connection.End();
    }

    /// <summary>Every connection ends, and new ones end before a word is said.</summary>
    public void Refuse()
    {
        refusing = true;
        Cut();
    }

    /// <summary>Nothing passes and nobody is told, as when a cable is out; what was sent passes after <see cref="Heal"/>.</summary>
    public void FallSilent() => silence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything passes again.</summary>
    public void Heal()
    {
        refusing = false;
        Delay = TimeSpan.Zero;
        LoseCommits(0);
        LoseCommitsByChance(0);
        atCommit = null;
        silence.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        Refuse();
        silence.TrySetResult();
        await accepting;
        listener.Dispose();
    }

    /// <summary>Waits as long as a piece has to.</summary>
    internal async Task Pass()
    {
        if (Delay > TimeSpan.Zero) await Task.Delay(Delay);
        await silence.Task;
    }

    /// <summary>Whether this answer to a commit is to be lost; counts it then.</summary>
    internal async Task<bool> LosesThisCommit()
    {
        if (Interlocked.Exchange(ref atCommit, null) is { } happens)
        {
            await happens();
            Interlocked.Increment(ref lost);
            return true;
        }
        var loses = Interlocked.Decrement(ref toLose) >= 0;
        if (!loses)
        {
            Interlocked.CompareExchange(ref toLose, 0, -1);
            lock (chance) loses = chance.NextDouble() < Volatile.Read(ref losing);
        }
        if (loses) Interlocked.Increment(ref lost);
        return loses;
    }

    private async Task Accept()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptSocketAsync();
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                return;
            }
            if (refusing) client.Dispose();
            else _ = Serve(client);
        }
    }

    private async Task Serve(Socket client)
    {
        using var connection = new ProxiedConnection(this, client);
        lock (connections) connections.Add(connection);
        await connection.Run(serverPort);
        lock (connections) connections.Remove(connection);
    }

    private static TaskCompletionSource Passed()
    {
        var passed = new TaskCompletionSource();
        passed.SetResult();
        return passed;
    }
}
