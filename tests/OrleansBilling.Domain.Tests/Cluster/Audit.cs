using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>Sees everything that becomes durable, at the moment at which it does, and says what should not have.</summary>
internal sealed class Audit(World world)
{
    private readonly List<StoredBalance> versions = [new(0, Balance.Empty, 0, null)];

    public Promises Promises { get; } = new(world);

    public MachineAudit Machines { get; } = new(world);

    public Money Money { get; } = new(world);

    public UsageAudit Usage { get; } = new(world);

    public Enforcement Enforcement { get; } = new(world);

    /// <summary>Every balance that was ever durable, in order.</summary>
    public IReadOnlyList<StoredBalance> Versions => versions;

    public void Committed(Commit commit)
    {
        // Of two that started from one version, one (C1).
        if (commit.After.Version != versions.Count) world.Violated("C1", $"version {commit.Before.Version} was followed twice");
        if (commit.After.Balance.AdvancedTo < commit.Before.Balance.AdvancedTo) world.Violated("C2", "the balance went back in time");
        if (commit.After.Balance.AdvancedTo > world.Now.AddSeconds(10)) world.Violated("C2", $"the balance is at {commit.After.Balance.AdvancedTo:O} already");
        versions.Add(commit.After);
        Promises.Committed(commit);
        Money.Committed(commit);
        Usage.Committed(commit);
        Machines.Committed(commit);
        Enforcement.Committed(commit);
    }

    public void Wrote(string vm, VmState? before, VmState after)
    {
        Usage.Wrote(vm, after);
        Machines.Wrote(vm, before, after);
    }
}
