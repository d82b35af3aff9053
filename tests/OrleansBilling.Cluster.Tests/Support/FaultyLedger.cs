using System.Collections.Concurrent;
using System.Reflection;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Support;

/// <summary>A ledger whose next commits go the way that a test says: the answer is lost, nothing is written, or it takes its time.</summary>
internal sealed class FaultyLedger
{
    private readonly ConcurrentQueue<Func<Func<Task<CommitResult[]>>, Task<CommitResult[]>>> faults = new();
    private ILedgerStore inner = null!;
    private int loads;
    private int snapshots;
    private int commits;

    /// <summary>How often a balance was read: once an activation.</summary>
    public int Loads => Volatile.Read(ref loads);

    /// <summary>How often a balance was read to be verified.</summary>
    public int Snapshots => Volatile.Read(ref snapshots);

    /// <summary>How many transactions were handed to the store.</summary>
    public int Commits => Volatile.Read(ref commits);

    /// <summary>Something happens just before the entries of a stream are read.</summary>
    public Func<Task>? BeforeEntriesSince { get; set; }

    /// <summary>Answers a question by the name of its method, or throws, in place of the ledger; null: the ledger answers.</summary>
    public Func<string, object?[], object?>? Instead { get; set; }

    public ILedgerStore Around(ILedgerStore store)
    {
        inner = store;
        var between = DispatchProxy.Create<ILedgerStore, Between>();
        ((Between)(object)between).Ledger = this;
        return between;
    }

    /// <summary>The next commit is durable, and nobody hears of it.</summary>
    public void LoseNextAnswer() => faults.Enqueue(async commit =>
    {
        await commit();
        throw new IOException("The answer of the ledger is lost.");
    });

    /// <summary>The next commit fails before it has written anything.</summary>
    public void FailNext() => faults.Enqueue(_ => throw new IOException("The ledger cannot be reached."));

    /// <summary>Something happens between the decision and its commit.</summary>
    public void BeforeNext(Func<ILedgerStore, Task> happening) => faults.Enqueue(async commit =>
    {
        await happening(inner);
        return await commit();
    });

    /// <summary>The next commit waits until it is let go.</summary>
    public Held HoldNext()
    {
        var held = new Held();
        faults.Enqueue(async commit =>
        {
            held.Arrive();
            await held.Released;
            return await commit();
        });
        return held;
    }

    private object? Call(MethodInfo method, object?[]? arguments)
    {
        object? Go() => method.Invoke(inner, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        if (method.Name == nameof(ILedgerStore.Commit)) Interlocked.Increment(ref commits);
        if (Instead?.Invoke(method.Name, arguments!) is { } answer) return answer;
        switch (method.Name)
        {
            case nameof(ILedgerStore.Commit) when faults.TryDequeue(out var fault):
                return fault(() => (Task<CommitResult[]>)Go()!);
            case nameof(ILedgerStore.EntriesSince) when BeforeEntriesSince is { } happening:
                BeforeEntriesSince = null;
                Task.Run(happening).GetAwaiter().GetResult(); // off the scheduler of the grain, which this blocks
                break;
            case nameof(ILedgerStore.Load):
                Interlocked.Increment(ref loads);
                break;
            case nameof(ILedgerStore.Snapshot):
                Interlocked.Increment(ref snapshots);
                break;
        }
        return Go();
    }

    /// <summary>Stands before the store, whatever its methods are.</summary>
#pragma warning disable CA1852 // the proxy is made of a type that inherits from it
    public class Between : DispatchProxy
#pragma warning restore CA1852
    {
        internal FaultyLedger Ledger { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Ledger.Call(targetMethod!, args);
    }
}

/// <summary>A commit that has arrived at the ledger and waits there.</summary>
internal sealed class Held
{
    private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Arrived => arrived.Task;

    public Task Released => released.Task;

    public void Arrive() => arrived.TrySetResult();

    public void Release() => released.TrySetResult();
}
