using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>A balance as it is stored: which version of it, and when it is due next by the rules that decided it.</summary>
internal sealed record StoredBalance(long Version, Balance Balance, long RulesRevision, DateTimeOffset? DueAt);

/// <summary>One step of the balance, to be written whole or not at all.</summary>
/// <param name="Before">As it was read.</param>
/// <param name="After">As it will be.</param>
/// <param name="Events">What happened in the step.</param>
internal sealed record Commit(StoredBalance Before, StoredBalance After, IReadOnlyList<BalanceEvent> Events)
{
    public IEnumerable<LedgerEntry> Entries => Events.OfType<EntryPosted>().Select(posted => posted.Entry);
}

internal enum CommitResult
{
    Committed,
    VersionConflict,
    RulesChanged,
    Refused,
}

/// <summary>A VM as it is stored, with the number of its last write.</summary>
internal sealed record VmRecord(long Etag, VmState State);

/// <summary>What is durable, and the guards of the real storage. A test can take a guard away.</summary>
internal sealed class Store(World world)
{
    private readonly Dictionary<string, KnownOperation> operations = [];
    private readonly List<VmCharge> charges = [];

    public StoredBalance Stored { get; private set; } = new(0, Balance.Empty, 0, null);

    public BillingRules Rules { get; private set; } = Catalogue.FirstRules;

    public Dictionary<string, VmRecord> Vms { get; } = [];

    public CommitResult Write(Commit commit)
    {
        if (commit.After.RulesRevision != Rules.Revision) return CommitResult.RulesChanged;
        if (commit.Before.Version != Stored.Version && world.Sabotage != Sabotage.VersionsNotCompared) return CommitResult.VersionConflict;
        if (world.Sabotage != Sabotage.OperationsNotUnique)
        {
            if (commit.Entries.Any(entry => operations.ContainsKey(entry.Operation))) return CommitResult.Refused;
            foreach (var entry in commit.Entries) operations.Add(entry.Operation, new KnownOperation(entry.Fingerprint, entry.Number));
        }
        charges.AddRange(commit.Entries.Select(entry => entry.Vm).OfType<VmCharge>());
        Stored = commit.After;
        world.Audit.Committed(commit);
        return CommitResult.Committed;
    }

    public Dictionary<string, KnownOperation> Find(IEnumerable<string> ids) =>
        ids.Where(operations.ContainsKey).ToDictionary(id => id, id => operations[id]);

    /// <summary>What the ledger has charged a VM.</summary>
    public ChargedSeconds ChargedTo(string vm)
    {
        Asked++;
        return ChargedSeconds.Of([.. charges.Where(charge => charge.Id == vm).Select(charge => (charge.Sequence, charge.Priced))]);
    }

    /// <summary>How often it was asked for that.</summary>
    public int Asked { get; private set; }

    /// <summary>False when somebody else has written since it was read.</summary>
    public bool Write(string vm, long etag, VmState state)
    {
        if (etag != (Vms.TryGetValue(vm, out var present) ? present.Etag : 0)) return false;
        Vms[vm] = new VmRecord(etag + 1, state);
        world.Audit.Wrote(vm, present?.State, state);
        return true;
    }

    /// <summary>Prices are entered ahead, holds count at once; both make a new revision.</summary>
    public void Revise(Func<BillingRules, BillingRules> change) => Rules = change(Rules) with { Revision = Rules.Revision + 1 };
}
