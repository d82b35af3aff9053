using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Grains.Ledger;

/// <summary>
/// The one writer of a silo. While a transaction is under way, the commits of all balances gather; the next transaction takes them
/// all, and those that still come in the same moment. That is where sharing a write comes from: with many charges in flight the cost of a
/// durable write is divided among them. Once enough have gathered, their transaction begins beside those under way, so that the
/// database has something to do while the silo decides, and the silo while the disk is awaited. A few charges that nobody waits for wait
/// for one another (<see cref="BillingOptions.ChargesWait"/>); anything else that is alone never waits.
/// </summary>
public sealed partial class LedgerWriter : IAsyncDisposable
{
    /// <summary>How many transactions are under way at most: the database decides and writes one while the disk is awaited for another.</summary>
    internal const int AtATime = 4;

    private const int MostInOneTransaction = 1024; // bounds, with the most entries, how long a transaction holds the database
    private const int Enough = 64; // entries to be worth a transaction although more are coming
    private static readonly TimeSpan moment = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan patience = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan longest = TimeSpan.FromMilliseconds(100); // far below the second in which a stop is to be ordered (E1)

    private readonly Channel<Waiting> waiting = Channel.CreateUnbounded<Waiting>();
    private readonly ILedgerStore store;
    private readonly TimeSpan chargesWait;
    private readonly int mostEntries; // one commit may bring more
    private readonly ILogger<LedgerWriter> logger;
    private readonly SemaphoreSlim free = new(AtATime); // transactions that may still begin
    private readonly Task running;
    private volatile TaskCompletionSource hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to write.</summary>
    public LedgerWriter(ILedgerStore store, IOptions<BillingOptions> options, ILogger<LedgerWriter> logger)
    {
        this.store = store;
        this.logger = logger;
        chargesWait = options.Value.ChargesWait;
        mostEntries = options.Value.MostEntriesAtOnce;
        running = Task.Run(Run);
    }

    /// <summary>Returns when the commit is durable or refused; throws when its outcome is unknown.</summary>
    /// <param name="commit">What is to be written.</param>
    /// <param name="canWait">Nobody waits for it: it may wait for others.</param>
    /// <param name="origin">Where in a trace it is asked for.</param>
    public Task<CommitResult> Commit(BalanceCommit commit, bool canWait = false, ActivityContext origin = default)
    {
        var entry = new Waiting(commit, canWait, origin, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!waiting.Writer.TryWrite(entry)) throw new InvalidOperationException("The ledger is closing.");
        if (!canWait || waiting.Reader.Count >= Enough) Hurry();
        return entry.Answer.Task;
    }

    /// <summary>Somebody waits now for what could wait until now: it is written at once.</summary>
    public void Hurry() => hurry.TrySetResult();

    /// <summary>Finishes what waits. The container disposes it after the grains have stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        Hurry();
        await running;
        free.Dispose();
    }

    private async Task Run()
    {
        var latest = Task.CompletedTask;
        var crowded = false;
        while (await waiting.Reader.WaitToReadAsync())
        {
            var batch = new Batch();
            await Gather(batch, crowded, latest);
            await free.WaitAsync();
            TakeWaiting(batch);
            crowded = batch.Commits.Count > 1;
            latest = Write(batch.Commits);
        }
        for (var i = 0; i < AtATime; i++) await free.WaitAsync();
    }

    private async Task Gather(Batch batch, bool crowded, Task underway)
    {
        var began = Stopwatch.GetTimestamp();
        while (TakeWaiting(batch) && (crowded || batch.Commits.Count > 1) && batch.Entries < Enough && Stopwatch.GetElapsedTime(began) < patience) await Task.Delay(moment);
        // A few are not worth a transaction of their own while one is under way; but one that others hold up holds up nobody for long.
        while (batch.Entries < Enough && !underway.IsCompleted && Stopwatch.GetElapsedTime(began) < longest)
        {
            await Task.WhenAny(underway, Task.Delay(moment));
            TakeWaiting(batch);
        }
        if (batch.CanWait && batch.Entries < Enough && chargesWait > TimeSpan.Zero) await Task.WhenAny(hurry.Task, Task.Delay(chargesWait));
        // What anybody has been in a hurry for until now is taken now: so the next batch begins without a hurry of its own.
        if (hurry.Task.IsCompleted) hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TakeWaiting(batch);
    }

    /// <returns>Whether there was one.</returns>
    private bool TakeWaiting(Batch batch)
    {
        var before = batch.Commits.Count;
        while (batch.Commits.Count < MostInOneTransaction && batch.Entries < mostEntries && waiting.Reader.TryRead(out var next)) batch.Add(next);
        return batch.Commits.Count > before;
    }

    private async Task Write(List<Waiting> batch)
    {
        using var joined = BillingTraces.Joining("ledger.commit", batch, entry => entry.Origin)?.SetTag("billing.commits", batch.Count);
        var began = Stopwatch.GetTimestamp();
        CommitResult[]? results = null;
        try
        {
            results = await store.Commit([.. batch.Select(entry => entry.Commit)]);
            for (var i = 0; i < batch.Count; i++) batch[i].Answer.SetResult(results[i]);
        }
#pragma warning disable CA1031 // whatever it was, these callers must hear that the outcome is unknown, and the writer must go on
        catch (Exception unknown)
#pragma warning restore CA1031
        {
            joined?.SetStatus(ActivityStatusCode.Error);
            WriteFailed(unknown, batch.Count);
            foreach (var entry in batch) entry.Answer.TrySetException(new UnknownOutcomeException(unknown));
        }
        finally
        {
            free.Release();
            BillingMetrics.TransactionEnded(results, batch.Count, Stopwatch.GetElapsedTime(began));
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A transaction of {Commits} commits failed; whether it is durable is unknown.")]
    private partial void WriteFailed(Exception exception, int commits);

    private sealed record Waiting(BalanceCommit Commit, bool CanWait, ActivityContext Origin, TaskCompletionSource<CommitResult> Answer);

    private sealed class Batch
    {
        public List<Waiting> Commits { get; } = [];

        public int Entries { get; private set; } // of all commits, each counted as one at least

        public bool CanWait { get; private set; } = true; // all of it

        public void Add(Waiting commit)
        {
            Commits.Add(commit);
            Entries += Math.Max(1, commit.Commit.Entries.Count);
            CanWait &= commit.CanWait;
        }
    }
}

/// <summary>A write failed: it may be durable or not. Read again, or repeat with the same identity.</summary>
public sealed class UnknownOutcomeException(Exception inner) : Exception("The outcome of the write is unknown.", inner);
