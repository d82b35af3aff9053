using System.Reflection;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.EndToEnd.Tests.Faults.Guards;

/// <summary>Stands before a ledger and knows no operation, or lets every commit name the version that is there just now.</summary>
#pragma warning disable CA1852 // the proxy is made of a type that inherits from it
internal class UnguardedLedger : DispatchProxy
#pragma warning restore CA1852
{
    private ILedgerStore ledger = null!;
    private Guard removed;

    public static ILedgerStore Before(ILedgerStore ledger, Guard removed)
    {
        var proxy = Create<ILedgerStore, UnguardedLedger>();
        (((UnguardedLedger)(object)proxy).ledger, ((UnguardedLedger)(object)proxy).removed) = (ledger, removed);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => (removed, targetMethod!.Name) switch
    {
        (Guard.UniqueOperation, nameof(ILedgerStore.FindOperations)) => Task.FromResult<IReadOnlyDictionary<string, KnownOperation>>(new Dictionary<string, KnownOperation>()),
        (Guard.ComparedVersion, nameof(ILedgerStore.Commit)) => Commit((IReadOnlyList<BalanceCommit>)args![0]!),
        _ => targetMethod.Invoke(ledger, BindingFlags.DoNotWrapExceptions, null, args, null),
    };

    private async Task<CommitResult[]> Commit(IReadOnlyList<BalanceCommit> commits)
    {
        var renamed = new List<BalanceCommit>();
        foreach (var commit in commits)
        {
            var version = await ledger.VersionOf(commit.After.Id);
            renamed.Add(commit with { Before = commit.Before with { Version = version }, After = commit.After with { Version = version + 1 } });
        }
        return await ledger.Commit(renamed);
    }
}
