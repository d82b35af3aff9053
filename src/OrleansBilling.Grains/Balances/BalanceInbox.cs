using System.Diagnostics;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Grains.Balances;

/// <summary>A command that waits for its balance: decided together with all that waits, answered when the write is durable.</summary>
internal abstract class BalanceCommand
{
    /// <summary>The caller's id, when the ledger must be asked for it; null otherwise.</summary>
    public string? Operation { get; init; }

    /// <summary>For a reading the instant through which it is metered: readings come before what is due (policy 5).</summary>
    public DateTimeOffset? ReadingThrough { get; init; }

    /// <summary>Where its caller stands in a trace, when that is recorded.</summary>
    public ActivityContext Origin { get; } = BillingTraces.Here;

    /// <summary>The command failed in itself and changed nothing.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Extends the step by the command.</summary>
    public void Decide(BalanceStep step)
    {
        if (HasFailed) return;
        try
        {
            step.Attempt(Extend);
        }
#pragma warning disable CA1031 // a caller's mistake belongs to its caller and to nobody else who waits
        catch (Exception mistake)
#pragma warning restore CA1031
        {
            HasFailed = true;
            Fail(mistake);
        }
    }

    public abstract void Answer();

    public abstract void Fail(Exception reason);

    protected abstract void Extend(BalanceStep step);
}

/// <summary>A command with its answer.</summary>
internal sealed class BalanceCommand<T>(Func<BalanceStep, T> decide) : BalanceCommand
{
    // Whoever waits is a call of the same activation and goes on with the answer, without a turn of its own that every charge would pay for.
    private readonly TaskCompletionSource<T> answer = new();
    private T decided = default!;

    public Task<T> Answered => answer.Task;

    public override void Answer() => answer.TrySetResult(decided);

    public override void Fail(Exception reason) => answer.TrySetException(reason);

    protected override void Extend(BalanceStep step) => decided = decide(step);
}
