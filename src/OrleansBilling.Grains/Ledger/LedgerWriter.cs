using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace OrleansBilling.Grains.Ledger;

/// <summary>
/// The one writer of a silo. While a transaction is under way, the commits of all balances gather; the next transaction takes them
/// all, and those that still come in the same moment. That is where sharing a write comes from: with many charges in flight the cost of a
/// durable write is divided among them. Who is alone never waits. Once enough have gathered, their transaction begins beside the one
/// under way, so that the database has something to do while the silo decides, and the silo while the disk is awaited.
/// </summary>
public sealed partial class LedgerWriter : IAsyncDisposable
{
    private const int MostInOneTransaction = 1024; // bounds how long a transaction holds the database
    private const int Enough = 256; // to be worth a transaction although more are coming
    private static readonly TimeSpan moment = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan patience = TimeSpan.FromMilliseconds(20);

    private readonly Channel<Waiting> waiting = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ILedgerStore store;
    private readonly ILogger<LedgerWriter> logger;
    private readonly Task running;

    /// <summary>Begins to write.</summary>
    public LedgerWriter(ILedgerStore store, ILogger<LedgerWriter> logger)
    {
        this.store = store;
        this.logger = logger;
        running = Task.Run(Run);
    }

    /// <summary>Returns when the commit is durable or refused; throws when its outcome is unknown.</summary>
    public Task<CommitResult> Commit(BalanceCommit commit)
    {
        var entry = new Waiting(commit, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!waiting.Writer.TryWrite(entry)) throw new InvalidOperationException("The ledger is closing.");
        return entry.Answer.Task;
    }

    /// <summary>Finishes what waits. The container disposes it after the grains have stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await running;
    }

    private async Task Run()
    {
        var (earlier, latest) = (Task.CompletedTask, Task.CompletedTask);
        var crowded = false;
        while (await waiting.Reader.WaitToReadAsync())
        {
            var batch = new List<Waiting>();
            await Gather(batch, crowded, latest);
            await earlier; // two at a time
            crowded = batch.Count > 1;
            (earlier, latest) = (latest, Write(batch));
        }
        await Task.WhenAll(earlier, latest);
    }

    private async Task Write(List<Waiting> batch)
    {
        try
        {
            var results = await store.Commit([.. batch.Select(entry => entry.Commit)]);
            for (var i = 0; i < batch.Count; i++) batch[i].Answer.SetResult(results[i]);
        }
#pragma warning disable CA1031 // whatever it was, these callers must hear that the outcome is unknown, and the writer must go on
        catch (Exception unknown)
#pragma warning restore CA1031
        {
            WriteFailed(unknown, batch.Count);
            foreach (var entry in batch) entry.Answer.TrySetException(new UnknownOutcomeException(unknown));
        }
    }

    private async Task Gather(List<Waiting> batch, bool crowded, Task underway)
    {
        var began = Stopwatch.GetTimestamp();
        while (TakeWaiting(batch) && (crowded || batch.Count > 1) && batch.Count < Enough && Stopwatch.GetElapsedTime(began) < patience) await Task.Delay(moment);
        // A few are not worth a transaction of their own while one is under way.
        while (batch.Count < Enough && !underway.IsCompleted)
        {
            await Task.WhenAny(underway, Task.Delay(moment));
            TakeWaiting(batch);
        }
    }

    /// <returns>Whether there was one.</returns>
    private bool TakeWaiting(List<Waiting> batch)
    {
        var before = batch.Count;
        while (batch.Count < MostInOneTransaction && waiting.Reader.TryRead(out var next)) batch.Add(next);
        return batch.Count > before;
    }

    [LoggerMessage(1, LogLevel.Error, "A transaction of {Commits} commits failed; whether it is durable is unknown.")]
    private partial void WriteFailed(Exception exception, int commits);

    private sealed record Waiting(BalanceCommit Commit, TaskCompletionSource<CommitResult> Answer);
}

/// <summary>A write failed: it may be durable or not. Read again, or repeat with the same identity.</summary>
public sealed class UnknownOutcomeException(Exception inner) : Exception("The outcome of the write is unknown.", inner);
