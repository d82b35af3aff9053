using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>A command that waits for its balance, answered when what was decided is durable.</summary>
internal abstract class BalanceCommand
{
    public string? Operation { get; init; }

    public DateTimeOffset? ReadingThrough { get; init; }

    public abstract void Decide(BalanceStep step);

    public abstract void Answer();

    public abstract void Fail(UnknownOutcomeException unknown);
}

/// <summary>A command with its answer.</summary>
internal sealed class BalanceCommand<T>(Func<BalanceStep, T> decide) : BalanceCommand
{
    private readonly TaskCompletionSource<T> answer = new();
    private T decided = default!;

    public Task<T> Answered => answer.Task;

    public override void Decide(BalanceStep step) => decided = decide(step);

    public override void Answer() => answer.TrySetResult(decided);

    public override void Fail(UnknownOutcomeException unknown) => answer.TrySetException(unknown);
}
