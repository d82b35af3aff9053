using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>What was acknowledged is there, once; what was not is there once or not at all (M5, M13).</summary>
internal sealed class Promises(World world)
{
    private readonly Dictionary<string, int> entries = []; // by operation
    private readonly Dictionary<string, PostingOutcome> answers = [];
    private readonly HashSet<string> asked = [];
    private readonly Dictionary<string, DateTimeOffset> notices = [];

    public int Acknowledged => answers.Count;

    public void Asked(string operation) => asked.Add(operation);

    public void Committed(Commit commit)
    {
        foreach (var entry in commit.Entries)
        {
            entries[entry.Operation] = entries.GetValueOrDefault(entry.Operation) + 1;
            if (entries[entry.Operation] > 1) world.Violated("M5", $"'{entry.Operation}' was posted twice");
            if (entry.Kind == EntryKind.Credit && !asked.Contains(entry.Operation) && !IsRenewal(entry, commit)) world.Violated("M9", $"nobody asked for '{entry.Operation}'");
        }
        // Of two in one instant the storage keeps one.
        foreach (var notice in commit.Events.OfType<NoticeGiven>())
            if (!notices.TryAdd(notice.Notice.Id, notice.At) && notices[notice.Notice.Id] != notice.At) world.Violated("E11", $"'{notice.Notice.Id}' was told twice");
    }

    private static bool IsRenewal(LedgerEntry entry, Commit commit) => commit.After.Balance.Plans.Exists(plan => plan.Period > 1 && plan.Lot == entry.Operation);

    public void Answered(string operation, PostingOutcome answer)
    {
        answers[operation] = answer;
        Check(operation, answer);
    }

    public void Admitted(string vm)
    {
        if (!world.Store.Stored.Balance.Vms.ContainsKey(vm)) world.Violated("M13", $"{vm} was admitted and is not there");
    }

    public void CheckAll()
    {
        foreach (var (operation, answer) in answers) Check(operation, answer);
    }

    private void Check(string operation, PostingOutcome answer)
    {
        var posted = entries.ContainsKey(operation);
        if (answer.Result == PostingResult.Posted && !posted) world.Violated("M13", $"'{operation}' was acknowledged and is not there");
        if (answer.Result == PostingResult.Pending && !posted && !world.Store.Stored.Balance.Lots.Exists(lot => lot.Operation == operation))
            world.Violated("M13", $"'{operation}' was acknowledged and its lot is not there");
        if (answer.Result is PostingResult.OtherCurrency or PostingResult.NoRate or PostingResult.AlreadyExpired or PostingResult.LotExists && posted)
            world.Violated("M13", $"'{operation}' was refused and is there");
    }
}
