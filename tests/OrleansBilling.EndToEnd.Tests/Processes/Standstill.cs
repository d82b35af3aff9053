using System.Diagnostics;

namespace OrleansBilling.EndToEnd.Tests.Processes;

/// <summary>
/// Notices how long this machine gave a thread no turn that asks for one fifty times a second. What is promised within seconds cannot be kept while nothing runs, so a test
/// allows for it.
/// </summary>
internal sealed class Standstill : IDisposable
{
    private static readonly TimeSpan turn = TimeSpan.FromMilliseconds(20);

    private readonly Thread watching;
    private volatile bool enough;
    private long longest; // ticks

    public Standstill()
    {
        watching = new Thread(Watch) { IsBackground = true };
        watching.Start();
    }

    /// <summary>The longest one since this was made.</summary>
    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref longest));

    public void Dispose()
    {
        enough = true;
        watching.Join();
    }

    private void Watch()
    {
        for (var last = Stopwatch.GetTimestamp(); !enough;)
        {
            Thread.Sleep(turn);
            var took = Stopwatch.GetElapsedTime(last) - turn;
            last = Stopwatch.GetTimestamp();
            if (took.Ticks > longest) Interlocked.Exchange(ref longest, took.Ticks);
        }
    }
}
